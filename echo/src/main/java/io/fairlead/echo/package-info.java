/**
 * WebSocket echo backends (RFC 6455) for the demo, the tests and the benchmarks.
 *
 * <p>{@link io.fairlead.echo.EchoServer} is the way in; each server owns one thread. Where a byte is: a read lands in the
 * loop's one shared input buffer, {@code FrameEcho} turns it into answers in the shared output buffer, one write sends
 * them. Only what the client does not take at once, and the beginning of a small text frame whose rest has not arrived,
 * moves to a slab of the connection's own; an idle connection owns no buffer. No message is ever held whole unless it
 * is small.
 */
package io.fairlead.echo;
