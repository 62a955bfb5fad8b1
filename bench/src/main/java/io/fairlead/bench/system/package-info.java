/**
 * JMH benchmarks of a whole running balancer between real sockets: what it forwards, and whether it forwards to the right
 * backend. They are the set that {@code benchmarks.jar} runs without arguments.
 *
 * <p>Clients run on the benchmark's thread, the balancer on its own, the echo backends on theirs: on a machine with few
 * cores they share them, so that a message's time is that of all three. To see what the balancer alone adds, compare it with
 * the direct connection: the rigs do that.
 */
package io.fairlead.bench.system;
