package io.fairlead.core;

/** Which sockets a balancer uses. */
public enum TransportKind {
    /**
     * {@link #EPOLL} on Linux with JDK 22 or newer, if the JVM was started with {@code --enable-native-access} (or a jar's
     * manifest says so) and nothing forbids a call it needs; {@link #NIO} everywhere else.
     */
    AUTO,
    /** {@code java.nio}: any operating system, any JDK. */
    NIO,
    /** Linux's {@code epoll} and {@code splice}, through {@code java.lang.foreign}. */
    EPOLL
}
