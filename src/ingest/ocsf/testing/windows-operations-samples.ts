import type { Sample } from "./sample.ts";
import { security, sysmon, windows } from "./windows-samples.ts";

export const windowsOperationsSamples: readonly Sample[] = [
  {
    of: "PowerShell 4104",
    body: windows("Microsoft-Windows-PowerShell/Operational", 4104, {
      ScriptBlockText: "Get-Item x",
      ScriptBlockId: "b-1",
      Path: "C:\\s\\a.ps1",
    }),
    type: "Script Activity: Execute",
    says: { "script.script_content.value": "Get-Item x", "script.type_id": 2, "script.file.name": "a.ps1" },
  },
  {
    of: "PowerShell 4103",
    body: windows("Microsoft-Windows-PowerShell/Operational", 4103, { Payload: "CommandInvocation(Get-Item)" }),
    type: "Script Activity: Execute",
    says: { "actor.app_name": "Unknown" },
  },
  {
    of: "WMI 5861",
    body: windows("Microsoft-Windows-WMI-Activity/Operational", 5861, { Query: "select * from x" }),
    type: "Base Event: Other",
    says: { message: "select * from x" },
  },
  {
    of: "Sysmon 20",
    body: sysmon(20, { EventType: "WmiConsumerEvent", Destination: "C:\\evil.exe", Name: "n" }),
    type: "Base Event: Other",
    says: { message: "C:\\evil.exe" },
  },
  {
    of: "Task Scheduler 106",
    body: windows("Microsoft-Windows-TaskScheduler/Operational", 106, { TaskName: "\\own", UserContext: "SITE\\ada" }),
    type: "Scheduled Job Activity: Create",
    says: { "job.name": "\\own", "actor.user.domain": "SITE" },
  },
  {
    of: "Security 4699",
    body: security(4699, { TaskName: "\\own" }),
    type: "Scheduled Job Activity: Delete",
    says: { "actor.user.name": "ada", "job.name": "\\own" },
  },
  {
    of: "System 7045",
    body: windows("System", 7045, { ServiceName: "own", ImagePath: "C:\\own.exe -k", StartType: "auto start" }),
    type: "Windows Service Activity: Create",
    says: { "win_service.cmd_line": "C:\\own.exe -k", "metadata.extensions.0.name": "win", class_uid: 201_004 },
  },
  {
    of: "Security 4697",
    body: security(4697, { ServiceName: "own", ServiceFileName: "C:\\own.exe", ServiceAccount: "LocalSystem" }),
    type: "Windows Service Activity: Create",
    says: { "win_service.service_start_name": "LocalSystem", "actor.user.name": "ada" },
  },
  {
    of: "Security 1102",
    body: security(1102, {}),
    type: "Event Log Activity: Clear",
    says: { log_name: "Security", "actor.user.name": "ada" },
  },
];
