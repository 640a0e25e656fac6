import type { FormatName } from "../../contract.ts";

/** A few records of every format, awkward ones among them; seeds for the fuzz runner and for tests over all formats. */
export const samples: Readonly<Record<Exclude<FormatName, "evtx">, string>> = {
  ndjson:
    '{"a":1,"b":"x\\ny"}\n{"__proto__":{"polluted":1},"c":"é€😀"}\r\n\nnot json\n{"d":[{"e":null}]}\n{"f":"last"}',
  "json-array": '[\n  {"a": 1, "s": "}] ,{"},\n  {"b": [1, 2, {"c": "\\"]"}]},\n  7,\n  "a,]b",\n  {"d": {}}\n]\n',
  "json-concatenated":
    '{\n  "a": {\n    "b": "}{"\n  }\n}{"c": 2}\n{\n  "d": "unclosed\n}\n{\n  "e": [\n    1\n  ]\n}\njunk\n{"f":6}\n',
  "json-envelope": '{"count": 2, "Records": [{"eventName":"A","n":{"x":1}}, {"eventName":"B"}], "next": {"y":[2]}}\n',
  syslog:
    "<34>Oct 11 22:14:15 mymachine su[77]: 'su root' failed for lonvick on /dev/pts/8\n" +
    '<165>1 2003-10-11T22:14:15.003Z host evntslog 12 ID47 [ex@32473 iut="3" v="a\\"\\]b"][second x="1"] \ufeffAn event\n' +
    "Oct  1 02:04:05 web-1 sshd[1]: Connection closed\n2024-03-01T10:00:00.123456+01:00 db postgres[9]: started\n",
  cef:
    "<13>Sep 19 08:26:10 host CEF:0|Security|threat\\|manager|1.0|100|worm \\\\ stopped|10|src=10.0.0.1 msg=a \\= b c\\nd dst=2.1.2.2 spt=1232\n" +
    "CEF:0|V|P|1|2|n|Low|__proto__=x act=blocked\n",
  leef:
    "LEEF:1.0|Microsoft|MSExchange|4.0 SP1|15345|src=192.0.2.0\tdst=172.50.123.1\tmsg=a b=c\n" +
    "LEEF:2.0|Lancope|StealthWatch|1.0|41|^|src=10.0.1.8^dst=10.0.0.5^sev=5\n" +
    "Jan 18 11:07:53 host LEEF:2.0|V|P|1|2|x7C|a=1|b=2\n",
  auditd:
    'type=SYSCALL msg=audit(1364481363.243:24287): arch=c000003e syscall=59 success=yes a0=7fff a1=1 exe="/usr/bin/cat" comm="cat" key=(null)\x1dARCH=x86_64 SYSCALL=execve AUID="root"\n' +
    'type=EXECVE msg=audit(1364481363.243:24287): argc=3 a0="cat" a1=2F746D702F6120622E706E67 a2="-"\n' +
    'type=CWD msg=audit(1364481363.243:24287): cwd="/root"\n' +
    'type=SERVICE_STOP msg=audit(1364481364.000:24288): pid=1 uid=0 msg=\'unit=firewalld comm="systemd" exe="/usr/lib/systemd/systemd" res=success\'\n',
  "journald-export":
    "__CURSOR=s=1;i=2\n__REALTIME_TIMESTAMP=1342540861421465\nMESSAGE=hello = world\n_PID=1\n\n" +
    "__CURSOR=s=1;i=3\nMESSAGE\n\x0b\0\0\0\0\0\0\0two\n\nlines \n_PID=2\n\n",
  csv: 'Time,Level,Message,__proto__\n1,Info,"a, ""quoted""\nsecond line",x\r\n2,Warn,plain,\n3,Error,"",z\n4,Only\n',
  "access-log":
    '127.0.0.1 - frank [10/Oct/2000:13:55:36 -0700] "GET /a.php?id=1%27 HTTP/1.0" 200 2326 "http://x/s" "Mozilla/4.08 \\"q\\""\n' +
    '10.0.0.1 - - [10/Oct/2000:13:55:37 -0700] "\\x16\\x03\\x01" 400 -\n',
  w3c:
    "#Software: Microsoft Internet Information Services 10.0\n#Version: 1.0\n#Fields: date time c-ip cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)\n" +
    "2024-01-01 00:00:01 1.2.3.4 GET /x.aspx a=b 200 Mozilla/5.0+(X11)\n2024-01-01 00:00:02 1.2.3.4 POST / - 404 -\n",
  zeek:
    "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n#path\tconn\n#fields\tts\tuid\tid.orig_h\ttags\tlocal\n#types\ttime\tstring\taddr\tset[string]\tbool\n" +
    "1300475167.096535\tCXWv6p\t10.0.0.1\ta\\x09b,c\tT\n1300475168.5\tCYfHyC\t-\t(empty)\tF\n#close\t2024\n",
  text: "first line, as it is\n  second: line\n\nthird\r\n",
};
