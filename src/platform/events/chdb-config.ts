/** The engine's configuration, as ClickHouse reads it. */
export function engineConfig(memoryBytes: number): string {
  return `<clickhouse>
  <!-- Acknowledged is on disk: an insert waits for fsync of its files and of their folder. -->
  <merge_tree>
    <fsync_after_insert>1</fsync_after_insert>
    <fsync_part_directory>1</fsync_part_directory>
    <!-- Half as many rewritings of each row as the engine's own 5, for a few parts more. -->
    <merge_selector_base>16</merge_selector_base>
    <merge_selector_enable_heuristic_to_lower_max_parts_to_merge_at_once>0</merge_selector_enable_heuristic_to_lower_max_parts_to_merge_at_once>
  </merge_tree>
  <max_server_memory_usage>${memoryBytes}</max_server_memory_usage>
  <background_pool_size>2</background_pool_size>
</clickhouse>
`;
}
