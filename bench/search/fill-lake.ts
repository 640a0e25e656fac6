import type { Events } from "../../src/platform/index.ts";

export interface Filling {
  readonly events: number;
  readonly days: number;
  /** The first moment after the last day; milliseconds since 1970. */
  readonly end: number;
}

/**
 * Fills a lake day by day, each with one INSERT SELECT, so that what is in a day is all of it: days that are whole are kept, others
 * made again. An event's number decides all that is in it.
 *
 * Four kinds in turn: a process that began, a connection, a request, a sign-in; 2,000 hosts, 5,000 users, 300 programs,
 * a GUID and a hash of its own in each event, texts of a thousand words. One event in 10,000 has `mimikatz` in its command
 * line, one in 50,000,000 the word `zebrafinch`, every eighth `powershell`. About 1 KB of JSON each.
 */
export async function fillLake(
  events: Events,
  { events: total, days, end }: Filling,
  tell: (text: string) => void,
): Promise<void> {
  const each = Math.ceil(total / days);
  for (let day = 0; day < days; day += 1) {
    const from = day * each;
    const count = Math.min(each, total - from);
    const start = end - (days - day) * 86_400_000;
    const date = new Date(start).toISOString().slice(0, 10);
    const [there] = await events.query<{ n: number }>(
      "select count() as n from events where toDate(received) = {date:Date}",
      {
        parameters: { date },
      },
    );
    if (there?.n === count) continue;
    if (there && there.n > 0) await events.command(`alter table events drop partition '${date}'`);
    await events.command(insertSql({ from, count, start, step: 86_400_000 / count }));
    tell(`${date}: ${count} events, ${from + count} in all`);
  }
}

function insertSql({ from, count, start, step }: { from: number; count: number; start: number; step: number }): string {
  return `insert into events
with
  number as n,
  sipHash64(n) as h,
  hex(sipHash128(n)) as guid,
  concat(guid, hex(sipHash128(n, 1))) as sha,
  n % 4 as k,
  bitShiftRight(h, 3) % 2000 as hn,
  concat('lis', leftPad(toString(hn % 20), 2, '0'), '-', ['web', 'db', 'vault', 'edge'][1 + hn % 4], toString(hn)) as hostname,
  concat('CORP\\\\\\\\user', toString(bitShiftRight(h, 17) % 5000)) as account,
  concat('C:\\\\\\\\Program Files\\\\\\\\', ['Vendor', 'Tools', 'Agent'][1 + h % 3], '\\\\\\\\app', toString(bitShiftRight(h, 7) % 300), '.exe') as image,
  concat('10.', toString(bitShiftRight(h, 5) % 8), '.', toString(bitShiftRight(h, 9) % 256), '.', toString(bitShiftRight(h, 21) % 256)) as src,
  concat(toString(20 + bitShiftRight(h, 11) % 180), '.', toString(bitShiftRight(h, 13) % 256), '.', toString(bitShiftRight(h, 27) % 256), '.', toString(bitShiftRight(h, 33) % 256)) as dst,
  concat('host', toString(bitShiftRight(h, 15) % 3000), '.example', toString(h % 40), '.com') as name,
  arrayStringConcat(arrayMap(i -> concat('word', toString(sipHash64(n, i) % 1000)), range(60)), ' ') as prose,
  concat(if(n % 8 = 0, 'powershell -nop -w hidden -c ', 'cmd /c start '), 'task', toString(bitShiftRight(h, 19) % 20000), ' --id ', substring(guid, 1, 8),
    if(n % 10000 = 76, ' sekurlsa mimikatz', ''), if(n % 50000000 = 4320, ' zebrafinch', '')) as command,
  multiIf(
    k = 0, concat('"EventID":1,"Image":"', image, '","CommandLine":"', command, '","User":"', account, '","ProcessGuid":"', guid, '","Hashes":"SHA256=', sha, '","ProcessId":', toString(h % 60000)),
    k = 1, concat('"EventID":3,"Image":"', image, '","SourceIp":"', src, '","SourcePort":', toString(1024 + h % 60000), ',"DestinationIp":"', dst, '","DestinationPort":', toString([443, 80, 22, 53, 3389][1 + bitShiftRight(h, 40) % 5]), ',"User":"', account, '","ProcessGuid":"', guid, '"'),
    k = 2, concat('"ClientIP":"', src, '","ClientRequestHost":"', name, '","ClientRequestURI":"/api/v', toString(h % 3), '/items/', toString(h % 100000), '","EdgeResponseStatus":', toString([200, 200, 200, 404, 500][1 + h % 5]), ',"RayID":"', substring(guid, 1, 16), '","ClientRequestUserAgent":"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36"'),
    concat('"EventID":4624,"TargetUserName":"', account, '","IpAddress":"', src, '","LogonType":', toString([2, 3, 10][1 + h % 3]), ',"LogonGuid":"', guid, '"')) as body,
  start + toInt64(floor((n - ${from}) * ${step})) as at
select
  lower(hex(sipHash128(n, 2))) as uid,
  fromUnixTimestamp64Milli(at, 'UTC') as time,
  time as received,
  ['sysmon', 'sysmon', 'cloudflare', 'windows'][1 + k] as source,
  ['windows/process_creation', 'windows/network_connection', 'cloudflare/http', 'windows/logon'][1 + k] as kind,
  concat('lis', leftPad(toString(hn % 20), 2, '0')) as site,
  [1007, 4001, 4002, 3002][1 + k] as class,
  1 as activity,
  1 + (h % 100 = 0) * 3 as severity,
  ['1', '3', '', '4624'][1 + k] as code,
  if(k = 2, '', hostname) as host,
  if(k = 2, '', replaceAll(account, '\\\\\\\\', '\\\\')) as user,
  if(k < 2, replaceAll(image, '\\\\\\\\', '\\\\'), '') as process,
  if(k = 0, command, '') as cmd,
  '' as parent,
  '' as parent_cmd,
  '' as file,
  if(k = 0, [lower(sha)], []) as hash,
  if(k = 0, '', src) as src_ip,
  if(k = 1, 1024 + h % 60000, 0) as src_port,
  if(k = 1, dst, '') as dst_ip,
  if(k = 1, [443, 80, 22, 53, 3389][1 + bitShiftRight(h, 40) % 5], 0) as dst_port,
  if(k = 2, name, '') as domain,
  if(k = 2, concat('/api/v', toString(h % 3), '/items/', toString(h % 100000)), '') as url,
  '' as action,
  '' as outcome,
  concat('{"UtcTime":"', formatDateTime(time, '%Y-%m-%d %H:%i:%S', 'UTC'), '","Computer":"', hostname, '.corp.example","Channel":"', source, '",', body,
    ',"Message":"', prose, '","RuleName":"-","Keywords":"0x8000000000000000","RecordNumber":', toString(n), ',"Opcode":"Info","Task":"', toString(h % 12), '"}') as raw,
  '' as original
from (select number, toInt64(${start}) as start from numbers(${from}, ${count}))
settings max_insert_threads = 2, max_threads = 2, max_block_size = 65536, min_insert_block_size_rows = 524288, min_insert_block_size_bytes = 1073741824, max_memory_usage = 4000000000`;
}
