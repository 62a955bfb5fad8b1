/**
 * Non-blocking sockets behind int handles: {@link io.fairlead.core.transport.Transport} is the one seam between the
 * engine and an operating system, {@link io.fairlead.core.transport.NioTransport} the implementation for every JDK, {@code
 * epoll.EpollTransport} the one for Linux on JDK 22 and newer. {@link io.fairlead.core.transport.Pipes} is what a transport may
 * have beside it.
 */
package io.fairlead.core.transport;
