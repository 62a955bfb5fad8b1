package io.fairlead.core.simulation;

import static io.fairlead.core.simulation.Violation.require;

import io.fairlead.core.loop.Invariants;
import io.fairlead.core.simulation.network.SimulatedTransport;
import io.fairlead.core.table.ConnectionTable;
import io.fairlead.core.table.Flag;
import io.fairlead.core.table.Phase;
import io.fairlead.core.table.Side;
import io.fairlead.core.transport.Transport;
import java.net.InetSocketAddress;
import java.nio.ByteOrder;
import org.agrona.DirectBuffer;

/**
 * Hears of every call at the seam between the engine and its transport, writes it into the records of the connections, and
 * has checked at once what can be.
 */
final class SeamListener {
    /** Bytes of the shortest header of a frame that is worth a pipe. */
    private static final int LEAST_LONG_HEADER = 4;

    private final Stage stage;
    /** Null on a real network. */
    private final SimulatedTransport simulated;

    private final Coverage coverage;
    private final LiveConnections live;
    private final ConnectionTable connections;
    private final SumCheck sums;
    private final ChoiceCheck choices;
    private final LimitCheck limits;
    private final TurnCheck turns;
    private final FinCheck fins;
    private final PipeCheck pipes;
    private final ProbeCheck probes;
    private final HealthModel health;
    private final Trace trace;

    /** A close takes effect in the next poll only, which therefore must not wait. */
    private boolean hasClosedSincePoll;
    /** The event that is being told is one that was asked for. */
    private boolean isEventDue;
    /** The balancer is being closed: connections end without having done anything. */
    private boolean isEnding;
    /** This machine has run short of something: connections may end for that. */
    private boolean hadLocalResourceFault;

    SeamListener(
            Stage stage,
            Transport transport,
            Coverage coverage,
            LiveConnections live,
            Invariants invariants,
            SumCheck sums,
            ChoiceCheck choices,
            LimitCheck limits,
            PipeCheck pipes,
            ProbeCheck probes,
            HealthModel health) {
        this.stage = stage;
        simulated = transport instanceof SimulatedTransport found ? found : null;
        this.coverage = coverage;
        this.live = live;
        connections = invariants.connections();
        this.sums = sums;
        this.choices = choices;
        this.limits = limits;
        this.pipes = pipes;
        this.probes = probes;
        this.health = health;
        turns = new TurnCheck(invariants);
        fins = new FinCheck(connections, health);
        trace = stage.trace;
    }

    long nowNs() {
        return stage.clock.nanoTime();
    }

    boolean isEnding() {
        return isEnding;
    }

    boolean hadLocalResourceFault() {
        return hadLocalResourceFault;
    }

    /** From now on the balancer ends everything. */
    void onBalancerClose() {
        isEnding = true;
    }

    void onAccept(int outcome) {
        choices.onOtherCall();
        noteLack(outcome == Transport.LOCAL_RESOURCE);
        limits.onAccept();
    }

    void onLocalResource() {
        noteLack(true);
    }

    private void noteLack(boolean isLack) {
        if (isLack) {
            hadLocalResourceFault = true;
            limits.onLack();
        }
    }

    void onConnect(SocketRecord opened, InetSocketAddress address, int socket) {
        if (socket < 0) {
            coverage.onConnectOutcome(socket);
        }
        if (probes.isProbe(address)) {
            choices.onOtherCall();
            probes.onConnect(opened, address, socket);
            return;
        }
        opened.target = choices.backendAt(address);
        if (socket < 0) {
            noteLack(socket == Transport.LOCAL_RESOURCE || socket == Transport.CONNECT_NO_PORT);
            choices.onConnectFailed(opened.target);
            sums.onConnectFailed(opened.target, socket);
        }
    }

    void onRegisterProbe(SocketRecord opened, long token) {
        probes.onRegister(opened, token);
    }

    void onRegister(SocketRecord opened, int slot, int side) {
        require(opened.side == side, -1, "a socket is registered for the wrong side");
        if (side == Side.CLIENT) {
            if (live.get(slot) != null) {
                throw new Violation(-1, "I6 slot " + slot + " is used twice in a cycle, or not freed");
            }
            opened.connection = new ConnectionRecord(slot, connections.generation(slot), opened, nowNs());
            live.add(opened.connection);
        } else {
            opened.connection = live.get(slot);
            onAttempt(opened.connection, opened);
        }
        live.touch(slot);
    }

    void onRemoteAddress(SocketRecord client, DirectBuffer buffer, int offset) {
        final long low = buffer.getLong(offset + Long.BYTES, ByteOrder.BIG_ENDIAN);
        final int port = buffer.getInt(offset + 2 * Long.BYTES);
        final ConnectionRecord connection = client.connection;
        connection.actor = stage.clientAt(low, port);
        if (connection.actor == null) {
            throw new Violation(-1, "a connection of nobody, from port " + port);
        }
        connection.actor.record = connection;
        if (trace != null) {
            trace.add(connection.clientId(), "balancer: accepted in slot " + connection.slot);
        }
    }

    private void onAttempt(ConnectionRecord connection, SocketRecord opened) {
        opened.isRegistered = true;
        opened.target.activeCount++;
        choices.onAttempt(connection, opened.target);
        connection.backend = opened;
        connection.isAnswered = false;
        enter(connection, Phase.CONNECTING);
        if (trace != null) {
            trace.add(connection.clientId(), "balancer: connects to " + opened.target);
        }
    }

    private void enter(ConnectionRecord connection, int phase) {
        coverage.onTransition(connection.phase, phase);
        connection.enter(phase, nowNs());
    }

    void onFinishConnect(SocketRecord backend, int outcome) {
        if (backend.probe != null) {
            probes.onFinishConnect(backend, outcome);
            return;
        }
        live.touch(backend.connection.slot);
        if (outcome != Transport.CONNECT_PENDING) {
            coverage.onConnectOutcome(outcome);
            backend.isConnected = outcome == Transport.CONNECT_DONE;
            backend.hasConnectFailed = !backend.isConnected;
            sums.onConnectFailed(backend.target, outcome);
            if (trace != null) {
                trace.add(backend.connection.clientId(), "balancer: the connect's outcome is " + outcome);
            }
        }
    }

    void onInterest(SocketRecord socket, int interest) {
        if (socket.probe != null) {
            socket.interest = interest;
            return;
        }
        if ((interest & ~socket.interest & Transport.READABLE) != 0) {
            socket.readableCycle = live.cycle();
        }
        socket.interest = interest;
        live.touch(socket.connection.slot);
        if (socket.side == Side.BACKEND
                && socket.isConnected
                && !socket.isForwarding
                && (interest & Transport.READABLE) != 0) {
            onForwarding(socket.connection, socket);
        }
    }

    private void onForwarding(ConnectionRecord connection, SocketRecord backend) {
        backend.isForwarding = true;
        connection.forwardedNs = nowNs();
        backend.target.connectNs += nowNs() - backend.openedNs;
        enter(connection, Phase.FORWARDING);
        sums.onForwarding(backend.target);
        choices.onForwarding(connection, backend.target);
    }

    void onRead(SocketRecord source, DirectBuffer buffer, int offset, int count) {
        if (source.probe != null) {
            probes.onRead(source, buffer, offset, count);
            return;
        }
        turns.checkRead(source.connection, source, live.cycle());
        if (count > 0 && connections.is(source.connection.slot, Flag.splicing(source.side))) {
            coverage.onSplice(source.isPeeked ? Splice.HEADER_READ : Splice.READ_WITHOUT_PIPE);
        }
        onReadOutcome(source, count);
    }

    private void onReadOutcome(SocketRecord source, int count) {
        final ConnectionRecord connection = source.connection;
        live.touch(connection.slot);
        source.isPeeked = false;
        if (count > 0) {
            onBytesRead(connection, source, count);
        } else if (count == Transport.END_OF_STREAM) {
            source.isEndSeen = true;
            source.lastReadNs = nowNs();
            trace(source, "FIN of ");
        } else if (count == Transport.RESET) {
            source.isResetSeen = true;
            trace(source, "reset of ");
        }
    }

    private void onBytesRead(ConnectionRecord connection, SocketRecord source, int count) {
        source.lastReadNs = nowNs();
        source.bytesRead += count;
        sums.onBytesRead(source, count);
        turns.checkBytesRead(connection, source);
        if (source.side == Side.BACKEND && !connection.isAnswered) {
            connection.isAnswered = true;
            choices.onAnswered(connection);
        }
        trace(source, "reads ", count, " of ");
    }

    void onPipeOpened(int outcome) {
        if (outcome >= 0) {
            pipes.onOpen(outcome);
        } else {
            coverage.onSplice(Splice.OPEN_REFUSED);
        }
    }

    void onPeek(SocketRecord source, int count) {
        if (count > 0) {
            live.touch(source.connection.slot);
            source.isPeeked = true;
        } else {
            onReadOutcome(source, count);
        }
    }

    /** What needs no slab does not wait for one, nor for those who do. */
    void onFill(SocketRecord source, int pipe, int count) {
        final boolean isPeeked = source.isPeeked;
        if (count > 0) {
            pipes.onFilled(source.connection, source, pipe, count);
            coverage.onFill(source.side, connections.is(source.connection.slot, Flag.tracked(source.side)));
            if (isPeeked) {
                coverage.onSplice(count < LEAST_LONG_HEADER ? Splice.HEADER_TORN : Splice.HEADER_PEEKED);
            }
        } else if (count == Transport.END_OF_STREAM) {
            coverage.onSplice(Splice.END_BEHIND_PIPE);
        }
        onReadOutcome(source, count);
    }

    void onDrain(SocketRecord sink, int pipe, int length, int count) {
        if (count > 0 && pipes.onDrained(sink.connection, sink, pipe, count)) {
            coverage.onSplice(Splice.WHOLE_AT_ONCE);
        } else if (count == length) {
            coverage.onSplice(Splice.HELD_AND_DRAINED);
        } else if (count >= 0) {
            pipes.onLeft(pipe);
            coverage.onSplice(Splice.HELD);
        } else {
            coverage.onSplice(Splice.RESET_OF_SINK);
        }
        onWriteOutcome(sink, count);
    }

    void onPipeClosed(int pipe) {
        final ConnectionRecord connection = pipes.connectionOf(pipe);
        if (pipes.onClosed(pipe) > 0) {
            coverage.onSplice(Splice.LOST_WITH_CONNECTION);
            if (trace != null) {
                trace.add(connection.clientId(), "balancer: closes a pipe with bytes in it");
            }
        }
    }

    void onWrite(SocketRecord sink, DirectBuffer buffer, int offset, int count) {
        if (sink.probe != null) {
            probes.onWrite(sink, buffer, offset, count);
            return;
        }
        onWriteOutcome(sink, count);
    }

    private void onWriteOutcome(SocketRecord sink, int count) {
        choices.onOtherCall(sink.connection);
        live.touch(sink.connection.slot);
        if (count > 0) {
            onBytesWritten(sink.connection, sink, count);
        } else if (count == Transport.RESET) {
            sink.isResetSeen = true;
        }
        trace(sink, "writes ", count, " to ");
    }

    private void onBytesWritten(ConnectionRecord connection, SocketRecord sink, int count) {
        sink.lastWriteNs = nowNs();
        sink.bytesWritten += count;
        sums.onBytesWritten(sink, count);
        if (sink.side == Side.BACKEND) {
            turns.checkBytesWritten(connection, sink);
        } else if (connections.socket(connection.slot, Side.BACKEND) == Transport.NULL_SOCKET) {
            connection.originatedLength += count;
        }
    }

    void onShutdownOutput(SocketRecord sink) {
        choices.onOtherCall();
        live.touch(sink.connection.slot);
        sink.isEndSent = true;
        trace(sink, "sends FIN to ");
        fins.checkShutdownOutput(sink.connection, sink);
    }

    void onClose(SocketRecord socket, boolean isAbort) {
        hasClosedSincePoll = true;
        if (socket.probe != null) {
            require(!isAbort, -1, "a check is reset");
            probes.onClose(socket);
            return;
        }
        final ConnectionRecord connection = socket.connection;
        if (connection == null) {
            return;
        }
        choices.onOtherCall(connection);
        live.touch(connection.slot);
        trace(socket, isAbort ? "resets " : "closes ");
        if (!connection.isEnded) {
            connection.isKept = connections.is(connection.slot, Flag.KEPT);
        }
        if (socket.side == Side.BACKEND) {
            socket.target.activeCount--;
            connection.wasLost |= health.isLost(socket.target);
            if (!isEnding) {
                onBackendClosed(connection, socket, isAbort);
            }
        }
        if (!isAbort) {
            fins.checkClose(connection, socket);
        }
        if (socket.side == Side.CLIENT) {
            choices.onEnd(connection);
        }
    }

    private void onBackendClosed(ConnectionRecord connection, SocketRecord backend, boolean isAbort) {
        if (backend.isConnected && !backend.isForwarding && !isAbort) {
            choices.onLeftForPin(connection, backend.target);
        }
        if (!backend.isConnected && !backend.hasConnectFailed) {
            limits.checkGivenUp(connection, backend);
            if (!isAbort && backend.isRegistered) {
                backend.target.timedOutCount++;
                // One that is found down is left without that, if there is another to go to.
                backend.target.leftDownCount += health.isLost(backend.target) ? 1 : 0;
            }
        }
        // On a real network nobody else sees that the backend has left.
        if (backend.isForwarding && connection.isKept && !isAbort && simulated != null) {
            limits.checkLeft(connection, backend);
        }
    }

    void onListenerClosed() {
        hasClosedSincePoll = true;
    }

    void onPoll(long timeoutNs) {
        require(!hasClosedSincePoll || timeoutNs == 0, -1, "I4 waits in a poll before a close has taken effect");
        hasClosedSincePoll = false;
    }

    /** An event is handed to the engine. @return whether it is stale. */
    boolean onEvent(long token, int readiness) {
        choices.onOtherCall();
        isEventDue = false;
        if (Invariants.isOfCheck(token)) {
            return onProbeEvent(token, readiness);
        }
        final int slot = Invariants.slotOf(token);
        if (slot < 0) {
            return false;
        }
        live.touch(slot);
        final ConnectionRecord connection = live.get(slot);
        final boolean isStale = !Invariants.isOfGeneration(token, connections.generation(slot));
        if (isStale || connection == null) {
            sums.onStaleEvent();
            coverage.onStaleEvent();
            return isStale;
        }
        final SocketRecord socket = connection.side(Invariants.sideOf(token));
        isEventDue = socket != null && (socket.interest & readiness) != 0;
        if ((readiness & Transport.FAILED) != 0 && socket != null) {
            socket.isResetTold |= simulated == null || simulated.isReset(socket.handle);
            if (trace != null) {
                trace.add(connection.clientId(), "balancer: is told that " + socket + " failed");
            }
        }
        return false;
    }

    private boolean onProbeEvent(long token, int readiness) {
        final SocketRecord socket = probes.open(token);
        if (socket == null) {
            sums.onStaleEvent();
            coverage.onStaleEvent();
            return true;
        }
        isEventDue = (socket.interest & readiness) != 0;
        return false;
    }

    /** Whether the last event was what the engine has asked for: left as it is, it would come again and again. */
    boolean isEventDue() {
        return isEventDue;
    }

    void onDefect(SocketRecord socket) {
        sums.onDefect();
        if (socket.probe != null) {
            probes.onDefect(socket);
            return;
        }
        socket.connection.hasDefect = true;
        live.touch(socket.connection.slot);
    }

    private void trace(SocketRecord socket, String what) {
        if (trace != null) {
            trace.add(socket.connection.clientId(), "balancer: " + what + socket);
        }
    }

    private void trace(SocketRecord socket, String verb, int count, String preposition) {
        if (trace != null) {
            trace.add(socket.connection.clientId(), "balancer: " + verb + count + preposition + socket);
        }
    }
}
