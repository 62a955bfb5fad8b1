/**
 * What outsiders see of a balancer: counters, causes of ends, connection events and snapshots. The loop writes, any
 * thread reads; nothing here can change what the loop does.
 */
package io.fairlead.core.status;
