/**
 * The transport of Linux on JDK 22 and newer: {@code epoll} and its companions, called through {@code java.lang.foreign}.
 *
 * <p>{@link io.fairlead.core.transport.epoll.EpollTransport} is the transport, {@code EpollPipes} its pipes, {@code
 * SocketTable} what it knows of each descriptor. {@code Libc} has one method a call, in the kernel's manner: what comes
 * back is the result or minus {@code errno}. {@code NativeBinder} is the one class that meets {@code java.lang.foreign},
 * reflectively, as everything here is compiled for Java 17. {@code Linux} holds the numbers.
 *
 * <p>{@code Probe} finds out what is forbidden, {@code Tuning} sets socket options, {@code SteeringProgram} is the one for shared
 * ports, {@code TcpInfoReader} reads diagnosis, {@code SocketAddress} is the kernel's address, {@code Waker} ends a poll.
 */
package io.fairlead.core.transport.epoll;
