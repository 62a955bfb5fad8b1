/**
 * Comparisons of whole processes: Fairlead, nginx, HAProxy and a forwarder in C stand beside each other between one load
 * client and one echo backend, pinned to given cores, and are measured in turn by the rigs of {@link
 * io.fairlead.bench.load}, which run as a process of their own. Nothing here measures; it starts, pins, asks and keeps.
 */
package io.fairlead.bench.compare;
