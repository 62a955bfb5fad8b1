package io.fairlead.core.loop;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;

/** A backend that accepts and leaves the rest to the test. */
final class TestBackend implements AutoCloseable {
    /** Where the balancer is to connect it from; to be set before the loop starts. */
    List<InetAddress> sources = List.of();

    int connectionLimit;
    boolean isBackup;
    InetSocketAddress agent;

    private final String name;
    private final int weight;
    private final int receiveBufferLength;
    private final InetSocketAddress address;
    private final List<TestPeer> accepted = new ArrayList<>();
    private ServerSocketChannel server;

    TestBackend(String name, int weight, int receiveBufferLength) {
        this.name = name;
        this.weight = weight;
        this.receiveBufferLength = receiveBufferLength;
        open(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        try {
            address = (InetSocketAddress) server.getLocalAddress();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String name() {
        return name;
    }

    Settings.BackendSettings settings() {
        return new Settings.BackendSettings(name, address, weight, sources, connectionLimit, isBackup, agent);
    }

    /** Everything accepted so far, oldest first. */
    List<TestPeer> accepted() {
        return accepted;
    }

    TestPeer last() {
        return accepted.get(accepted.size() - 1);
    }

    /** Stop listening: connects are refused from now on. */
    void down() {
        close();
    }

    /** Listen again, where it did before. */
    void up() {
        open(address);
    }

    void pump() {
        try {
            if (server.isOpen()) {
                SocketChannel channel = server.accept();
                while (channel != null) {
                    channel.configureBlocking(false);
                    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
                    accepted.add(new TestPeer(channel));
                    channel = server.accept();
                }
            }
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
        accepted.forEach(TestPeer::pump);
    }

    private void open(InetSocketAddress where) {
        try {
            server = ServerSocketChannel.open();
            if (receiveBufferLength > 0) {
                server.setOption(StandardSocketOptions.SO_RCVBUF, receiveBufferLength);
            }
            server.bind(where, 1024);
            server.configureBlocking(false);
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            server.close();
        } catch (final IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
