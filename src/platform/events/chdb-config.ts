/** The engine's configuration, as ClickHouse reads it. */
export function engineConfig(memoryBytes: number): string {
  return `<clickhouse>
  <!-- Acknowledged is on disk: an insert waits for fsync of its files and of their folder. -->
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
  </merge_tree>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <background_pool_size>2</background_pool_size>
</clickhouse>
`;
}
