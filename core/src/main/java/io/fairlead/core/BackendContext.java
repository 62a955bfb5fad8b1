package io.fairlead.core;

import io.fairlead.core.loop.Settings;
import io.fairlead.core.status.Addresses;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;

/**
 * One backend of a {@link Balancer}: where it is and what is special about it. Fill one in and hand it to {@link
 * BalancerContext#backend(BackendContext)} or {@link Balancer#addBackend(BackendContext)}. Not thread safe.
 */
public final class BackendContext {
    private static final Pattern NAME = Pattern.compile("[0-9A-Za-z\\[][0-9A-Za-z._:\\[\\]-]{0,63}");

    private final InetSocketAddress address;
    private String name;
    private int weight = 1;
    private List<InetAddress> sources = List.of();
    private int connectionLimit;
    private boolean isBackup;
    private int agentPort;

    /**
     * A backend of weight 1 that is named by its address.
     *
     * @param address resolved.
     * @throws IllegalArgumentException if it is not resolved or has no port.
     */
    public BackendContext(InetSocketAddress address) {
        this.address = BalancerContext.resolved(address);
        BalancerContext.require(address.getPort() != 0, "backend %s needs a port", address);
    }

    /**
     * Its identity for hashing, metrics and commands.
     *
     * @param value letters, digits and {@code . _ : [ ] -}; null for its canonical {@code address:port}.
     * @return this.
     */
    public BackendContext name(String value) {
        BalancerContext.require(value == null || isName(value), "a backend's name is %s", BalancerContext.NAME_RULE);
        name = value;
        return this;
    }

    /**
     * Its share relative to the others'.
     *
     * @param value from 1 to {@link BalancerContext#MAX_WEIGHT}.
     * @return this.
     */
    public BackendContext weight(int value) {
        BalancerContext.requireWeight(value);
        weight = value;
        return this;
    }

    /**
     * Connect it from given addresses of this machine, in turn. Each has as many ports towards the
     * backend as {@code ip_local_port_range} says, 28,232 by default, and so many connections it can have: a pool of
     * addresses is the way to more. One that has run out of ports is passed over. On {@link TransportKind#EPOLL} an address
     * has all its ports for each backend ({@code IP_BIND_ADDRESS_NO_PORT}); on {@link TransportKind#NIO} it has them once,
     * for all backends together.
     *
     * @param value of the backend's family; empty to have the system choose.
     * @return this.
     */
    public BackendContext sources(List<InetAddress> value) {
        for (final InetAddress source : value) {
            requireSource(source);
        }
        sources = List.copyOf(value);
        return this;
    }

    /**
     * Most connections it may have. Over that its clients go to the next in their order, and their pins with them.
     *
     * @param value at least 1; 0 for any number, as by default.
     * @return this.
     */
    public BackendContext connectionLimit(int value) {
        BalancerContext.require(
                value >= 0, "a backend's connection limit must be at least 1, or 0 for none, not %d", value);
        connectionLimit = value;
        return this;
    }

    /**
     * Whether it only serves where the others do not suffice: for clients whose backend takes no connections, once the
     * others that are well are fewer than the panic threshold, and for everybody when none of them is to be had.
     *
     * @param value true for a backup; false by default.
     * @return this.
     */
    public BackendContext backup(boolean value) {
        isBackup = value;
        return this;
    }

    /**
     * Ask an agent beside the backend how it is. The agent answers every connection with one line of words: {@code 75%} of its
     * weight, {@code maxconn:100}, {@code ready}, {@code drain}, {@code maint}, {@code up}, {@code down #reason} (the grammar
     * of HAProxy's {@code agent-check}). One that cannot be asked changes nothing.
     *
     * @param port of the backend's address; 0 for no agent, as by default.
     * @return this.
     */
    public BackendContext agentPort(int port) {
        BalancerContext.require(
                port >= 0 && port <= 65_535, "an agent's port must be from 1 to 65535, or 0 for none, not %d", port);
        agentPort = port;
        return this;
    }

    Settings.BackendSettings conclude() {
        return new Settings.BackendSettings(
                name == null ? Addresses.canonical(address) : name,
                address,
                weight,
                sources,
                connectionLimit,
                isBackup,
                agentPort == 0 ? null : new InetSocketAddress(address.getAddress(), agentPort));
    }

    static boolean isName(String value) {
        return NAME.matcher(value).matches();
    }

    private void requireSource(InetAddress source) {
        Objects.requireNonNull(source, "source");
        BalancerContext.require(
                source.getClass() == address.getAddress().getClass(),
                "%s cannot be connected from %s: one is an IPv4 and one an IPv6 address",
                Addresses.canonical(address),
                source.getHostAddress());
        BalancerContext.require(
                !source.isAnyLocalAddress() && !source.isMulticastAddress(),
                "%s is no address to connect from: name one of this machine's",
                source.getHostAddress());
        BalancerContext.require(
                !source.isLoopbackAddress() || address.getAddress().isLoopbackAddress(),
                "%s cannot be connected from %s, which reaches this machine alone",
                Addresses.canonical(address),
                source.getHostAddress());
    }
}
