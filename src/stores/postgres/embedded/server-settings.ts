/** Arguments of `postgres` for a small box that it shares with us. They stand above what postgresql.conf says. */
export function serverArguments(cluster: string, socketDirectory: string, durable: boolean): string[] {
  const settings: Record<string, string> = {
    // No port: the socket's directory is what keeps others out.
    listen_addresses: '',
    unix_socket_directories: socketDirectory,
    unix_socket_permissions: '0700',
    port: String(PORT),
    max_connections: '30',
    shared_buffers: '32MB',
    work_mem: '4MB',
    maintenance_work_mem: '32MB',
    max_wal_size: '256MB',
    min_wal_size: '32MB',
    // Nobody replicates from it, and it should not keep processes around for what nobody asks for.
    wal_level: 'minimal',
    max_wal_senders: '0',
    io_method: 'sync',
    max_worker_processes: '2',
    max_parallel_workers_per_gather: '0',
    max_logical_replication_workers: '0',
    autovacuum_max_workers: '2',
    jit: 'off',
    log_min_messages: 'warning',
    log_min_error_statement: 'panic',
    log_checkpoints: 'off',
    ...(durable ? {} : { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' }),
  };
  return ['-D', cluster, ...Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`])];
}

/** Part of the socket's name; nothing listens on a port. */
export const PORT = 5432;
