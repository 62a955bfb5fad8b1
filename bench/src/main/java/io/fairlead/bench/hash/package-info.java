/**
 * How other balancers choose a backend for a client, beside rendezvous hashing: our own implementations of what they do, each
 * held to vectors that the real one answered, or that its paper's procedure gave in another language
 * ({@code bench/golden/hash_vectors.py}).
 *
 * <p>They choose among the backends given at their making and know neither failures nor load; a backend that comes or goes
 * takes a new selector. That is enough to tell what a choice costs and which clients a change moves.
 */
package io.fairlead.bench.hash;
