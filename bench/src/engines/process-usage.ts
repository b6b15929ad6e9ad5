import { readFileSync, writeFileSync } from 'node:fs';

const BYTES_PER_KIBIBYTE = 1_024;
/** What /proc/self/clear_refs takes to forget the peak of the resident set (proc(5)). */
const RESET_PEAK = '5';

/**
 * Starts a new peak of the process's resident memory, where the system can do so (Linux). Returns whether it did; otherwise
 * the next `peakRssBytes` covers the process's life.
 */
export function resetPeakRss(): boolean {
  try {
    writeFileSync('/proc/self/clear_refs', RESET_PEAK);
    return true;
  } catch {
    return false;
  }
}

/** The most memory that this process, with all its threads, had resident since its start or the last reset, in bytes. */
export function peakRssBytes(): number {
  try {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'latin1'));
    if (peak) return Number(peak[1]) * BYTES_PER_KIBIBYTE;
  } catch {
    // Not Linux: the figure of the process's life below.
  }
  return process.resourceUsage().maxRSS * BYTES_PER_KIBIBYTE;
}
