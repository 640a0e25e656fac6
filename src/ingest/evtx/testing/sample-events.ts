import type { ElementDraft, Instance, Template, ValueDraft } from "./bin-xml-writer.ts";
import { ticks, write } from "./values.ts";
import type { RecordDraft } from "./write-evtx.ts";

/** A GUID's bytes as they lie in a file, another for each number. */
export function guidOf(number: number): Uint8Array {
  const bytes = Buffer.from(Array.from({ length: 16 }, (_, index) => (number * (index + 3) * 37 + index) & 0xff));
  bytes.writeUInt32LE(number, 0);
  return bytes;
}

const optional = (slot: number, type: number) => ({ slot, type, optional: true }) as const;
const eventXmlns = "http://schemas.microsoft.com/win/2004/08/events/event";

/** The outer template that nearly every record of Windows uses: `System`, then a nested fragment. */
export const eventTemplate: Template = {
  guid: guidOf(1),
  root: {
    name: "Event",
    attributes: [["xmlns", [{ text: eventXmlns }]]],
    content: [
      {
        name: "System",
        content: [
          {
            name: "Provider",
            attributes: [
              ["Name", [optional(14, 1)]],
              ["Guid", [optional(15, 0x0f)]],
            ],
          },
          { name: "EventID", attributes: [["Qualifiers", [optional(4, 6)]]], content: [optional(3, 6)] },
          { name: "Version", content: [optional(11, 4)] },
          { name: "Level", content: [optional(0, 4)] },
          { name: "Task", content: [optional(2, 6)] },
          { name: "Opcode", content: [optional(1, 4)] },
          { name: "Keywords", content: [optional(5, 0x15)] },
          { name: "TimeCreated", attributes: [["SystemTime", [optional(6, 0x11)]]] },
          { name: "EventRecordID", content: [optional(10, 0x0a)] },
          {
            name: "Correlation",
            attributes: [
              ["ActivityID", [optional(7, 0x0f)]],
              ["RelatedActivityID", [optional(18, 0x0f)]],
            ],
          },
          {
            name: "Execution",
            attributes: [
              ["ProcessID", [optional(8, 8)]],
              ["ThreadID", [optional(9, 8)]],
            ],
          },
          { name: "Channel", content: [optional(16, 1)] },
          { name: "Computer", content: [{ text: "srv-07.site-a.example" }] },
          { name: "Security", attributes: [["UserID", [optional(12, 0x13)]]] },
        ],
      },
      optional(17, 0x21),
    ],
  },
};

const processFields = [
  ["RuleName", 1],
  ["UtcTime", 1],
  ["ProcessGuid", 0x0f],
  ["ProcessId", 8],
  ["Image", 1],
  ["FileVersion", 1],
  ["Description", 1],
  ["Product", 1],
  ["Company", 1],
  ["OriginalFileName", 1],
  ["CommandLine", 1],
  ["CurrentDirectory", 1],
  ["User", 1],
  ["LogonGuid", 0x0f],
  ["LogonId", 0x15],
  ["TerminalSessionId", 8],
  ["IntegrityLevel", 1],
  ["Hashes", 1],
  ["ParentProcessGuid", 0x0f],
  ["ParentProcessId", 8],
  ["ParentImage", 1],
  ["ParentCommandLine", 1],
  ["ParentUser", 1],
] as const;

export function dataTemplate(guid: number, fields: readonly (readonly [string, number])[]): Template {
  const content: ElementDraft[] = fields.map(([name, type], slot) => ({
    name: "Data",
    attributes: [["Name", [{ text: name }]]],
    content: [{ slot, type }],
  }));
  return { guid: guidOf(guid), root: { name: "EventData", content } };
}

export const processTemplate = dataTemplate(2, processFields);

/** A whole event around nested `data`, as Windows writes it. */
export function eventInstance(id: number, eventId: number, time: bigint, data: Instance | undefined): Instance {
  const values: ValueDraft[] = [
    write.uint8(4),
    write.uint8(0),
    write.uint16(eventId),
    write.uint16(eventId),
    write.nothing(),
    write.hex64(0x8000000000000000n),
    write.fileTime(time),
    write.nothing(),
    write.uint32(3308),
    write.uint32(4008),
    write.uint64(BigInt(id)),
    write.uint8(5),
    write.sid(5, 18),
    write.nothing(),
    write.text("Microsoft-Windows-Sysmon"),
    write.guid(guidOf(7)),
    write.text("Microsoft-Windows-Sysmon/Operational"),
    data === undefined ? write.nothing() : { fragment: { instance: data } },
    write.nothing(),
  ];
  return { template: eventTemplate, values };
}

/** A process's start as Sysmon tells it, with everything that differs between two of them out of `id`. */
export function processStart(id: number): RecordDraft {
  const time = ticks(Date.UTC(2025, 9, 25, 13, 21, 33) + id * 37, (id * 13) % 1000);
  const data: Instance = {
    template: processTemplate,
    values: [
      write.text("-"),
      write.text("2025-10-25 13:21:33.111"),
      write.guid(guidOf(id)),
      write.uint32(1000 + (id % 9000)),
      write.text(`C:\\Windows\\System32\\tool-${id % 97}.exe`),
      write.text("10.0.20348.1 (WinBuild.160101.0800)"),
      write.text("Credential Manager Command Line Utility"),
      write.text("Microsoft® Windows® Operating System"),
      write.text("Microsoft Corporation"),
      write.text("tool.exe"),
      write.text(`tool  /list /target:host-${id} "C:\\Program Files\\a b\\c.txt"`),
      write.text("C:\\Users\\Administrator\\Downloads\\"),
      write.text("SITE-A\\Administrator"),
      write.guid(guidOf(id + 1)),
      write.hex64(BigInt(0x529ae3 + id)),
      write.uint32(2),
      write.text("High"),
      write.text(
        "SHA1=138CCC1346F17921DC1DF71C88F472ACCC24BC5F,MD5=8B20EBCF5A2C5410B43765B5CEA17E5B,IMPHASH=03AD7A1AF78BF7A500FB199CABE4C34A",
      ),
      write.guid(guidOf(id + 2)),
      write.uint32(6304),
      write.text("C:\\Windows\\System32\\cmd.exe"),
      write.text('"C:\\Windows\\System32\\cmd.exe"'),
      write.text("SITE-A\\Administrator"),
    ],
  };
  return { id, time, event: eventInstance(id, 1, time, data) };
}
