/** What senders write by mistake or on purpose, as the parsers of the doors get it; mutants of these are tried, too. */
export const oddBodies: readonly string[] = [
  '{"event":"a"}{"event":{"b":1}}\r\n[{"event":"c"},{"event":"d"}]',
  '{"event":{"a":"}{"},"time":"1769832000.1","fields":{"x":["1",2,null]}}',
  '{"\\u0065vent":{"a":1},"event":{"b":2}}',
  '{"event":"{\\"Records\\":[]}","time":null,"host":{"deep":[[[]]]}}',
  '{"event":"\\ud800","host":"\\u0000"}',
  '{"create":{}}\n{"@timestamp":1}\n{"delete":{"_id":"1"}}\n{"update":{}}\n{"doc":{}}\n',
  '{"index":{"_index":"a","_index":"b"}}\n{"a":1,"a":2}\n{"index":{"_index":7}}\n{}',
  '{"create":{"_index":"x"}}\r\n  { "a" : "\\"}" }  \r\n\r\n{"create":{"_index":"x"}}\n[1]\n',
  '{"resourceLogs":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"h"}}]},"scopeLogs":[{"scope":{},"logRecords":[{"timeUnixNano":"18446744073709551615","body":{"kvlistValue":{"values":[{"key":"__proto__","value":{"intValue":"-9223372036854775808"}}]}}}]}]}]}',
  '{"resourceLogs":[{"scopeLogs":[{"logRecords":[{"body":{"doubleValue":1e999},"attributes":[{"key":"a"},{}],"severityNumber":"9"}]}]}]}',
  "\n\u0012\u0000\u0012\u0010\n\u0000\u0012\f*\u0002\n\u0000\t\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff\u00ff",
  "\n\u00ff\u00ff\u00ff\u00ff\u000f\u0012\u0003\n\u0001x",
  "29 <13>1 - - - - - - two\nlines\n<13>Jan 31 04:00:00 h t: x\n0 <13>x\n99999999999 <13>y\n",
  "<13>\u0000\u0000\r\n\r\n5 <1>\n\n7 \n12345678",
];
