/** The platform's limit for a Worker is 10 MB compressed; ours are small so that they start fast. */
export const MAX_WORKER_GZIP_BYTES = 700 * 1024;
