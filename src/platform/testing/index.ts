/** What other rooms' tests may use of this room's: the makers, started for a test and gone with it. */
export { type RecordsMaker, recordsMakers, type TestMaker } from "../records/testing/records-makers.ts";
