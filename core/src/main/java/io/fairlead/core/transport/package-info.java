/**
 * Non-blocking sockets behind int handles: {@link io.fairlead.core.transport.Transport} is the one seam between the
 * engine and an operating system, {@link io.fairlead.core.transport.NioTransport} the implementation for every JDK.
 */
package io.fairlead.core.transport;
