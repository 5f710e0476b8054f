package dev.strata.bench;

/**
 * One figure of one round, and how many cores were at work for it.
 *
 * @param value in the case's unit
 * @param clientCores processor time of this program by elapsed time
 * @param serverCores the same of the server's processes
 * @param otherCores the same of everything else: the kernel's own work, and whoever else uses the machine
 */
record Measurement(double value, double clientCores, double serverCores, double otherCores) {
}
