/**
 * The load rigs: WebSocket clients on one thread that compare every byte that comes back, and the arithmetic from their
 * counts to a comparison. Read in this order: {@code LoadLoop}, {@code WebSocketClient}, {@code MessageClient}, {@code
 * Workload}, {@code Rounds}, {@code Comparison}.
 *
 * <p>The clients' sockets are core's {@link io.fairlead.core.transport.Transport}, so that a faster one serves both. For the
 * rest they share no code with core: handshake, frames and replies have rules of their own here, so that no defect of the
 * balancer can hide behind the same defect in its judge.
 */
package io.fairlead.bench.load;
