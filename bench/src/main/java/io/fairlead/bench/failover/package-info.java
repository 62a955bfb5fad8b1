/**
 * What a failing backend does to its clients, and to everybody else's: real WebSockets from an address each, over three Python
 * servers, through Fairlead and its peers in turn. Every reply names the server that gave it, so that a client knows where it is.
 *
 * <p>{@link io.fairlead.bench.failover.Observation} keeps the books, and knows no sockets; {@link
 * io.fairlead.bench.failover.Client} behaves as a client does that wants to stay connected; {@link
 * io.fairlead.bench.failover.Script} lets things happen.
 */
package io.fairlead.bench.failover;
