import type { NeedleShape } from "./needle.ts";

/**
 * How often log text is likely to have this window of text, as a number to compare by. Counts its grams of three units
 * in a sample of what logs are full of.
 */
export function commonness(window: string): number {
  let sum = 0;
  for (let at = 0; at + 3 <= window.length; at++) sum += 1 + 4 * (sampleGrams.get(window.slice(at, at + 3)) ?? 0);
  return sum;
}

/** A guess at the share of events in which a needle is found, before any traffic was seen. */
export function guessedShare({ is, text }: { readonly is: NeedleShape; readonly text: string }): number {
  switch (is) {
    case "present":
      return 0.9;
    case "exact":
      return common(text) ? 0.1 : text.length < 3 ? 0.03 : 0.002;
    case "prefix":
      return text.length < 4 ? 0.3 : common(text) ? 0.15 : 0.02;
    case "suffix":
      return text.length <= 4 ? 0.3 : common(text) ? 0.05 : 0.004;
    case "contains":
      if (text.length < 3) return 0.7;
      if (text.length < 5) return 0.15;
      return common(text) ? 0.2 : text.length < 7 ? 0.02 : 0.003;
  }
}

function common(text: string): boolean {
  return sample.includes(text);
}

/** Written for this purpose: paths, programs and switches that an idle Windows or Linux machine logs all day. */
const sample = String.raw`
c:\windows\system32\svchost.exe -k netsvcs -p -s bits c:\windows\system32\cmd.exe /c "c:\program files (x86)\
c:\windows\syswow64\windowspowershell\v1.0\powershell.exe -noprofile -executionpolicy bypass -command "& {get-item}"
c:\program files\microsoft\edge\application\msedge.exe --type=renderer --no-sandbox c:\programdata\microsoft\windows\
c:\users\user\appdata\local\temp\setup.tmp c:\users\public\downloads\ c:\users\admin\appdata\roaming\microsoft\
c:\windows\explorer.exe c:\windows\system32\rundll32.exe c:\windows\system32\conhost.exe 0xffffffff -forcev1
c:\windows\system32\wbem\wmiprvse.exe c:\windows\system32\services.exe c:\windows\system32\lsass.exe taskhostw.exe
c:\windows\system32\regsvr32.exe reg.exe schtasks.exe net.exe wmic.exe msiexec.exe mshta.exe wscript.exe cscript.exe
hklm\software\microsoft\windows\currentversion\run hkey_local_machine\system\currentcontrolset\services\ hkcu\software\
nt authority\system nt authority\network service microsoft windows operating system microsoft corporation -- high medium
/usr/bin/bash /bin/sh -c /usr/sbin/cron /usr/lib/systemd/systemd /var/log/ /etc/ /tmp/ /home/ /opt/ sshd root http://
https://www. .com/ .dll .exe .sys .txt .log .dat .xml .json .ps1 .bat .tmp python system windows microsoft user admin
error failed success session opened closed for user from port connection started stopped service information message`;

const sampleGrams = new Map<string, number>();
for (let at = 0; at + 3 <= sample.length; at++) {
  const gram = sample.slice(at, at + 3);
  sampleGrams.set(gram, (sampleGrams.get(gram) ?? 0) + 1);
}
