/** The first pages: rendered here, until the console takes their place. */
export { createFront, type Front, type FrontOptions } from "./create-front.ts";
