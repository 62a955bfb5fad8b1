/**
 * The load rigs: closed-loop WebSocket clients on one thread that compare every byte that comes back, and the arithmetic
 * from their counts to a comparison. The clients share no code with core, so that no defect of the balancer can hide behind
 * the same defect in its judge.
 */
package io.fairlead.bench.load;
