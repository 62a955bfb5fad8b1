package io.fairlead.edge;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;

/**
 * The admin endpoint: a few pages over the JDK's HTTP server, on daemon threads of its own. It reads counters; the
 * one page that wants more of the loop gives it a command. <b>Thread safe.</b>
 */
final class AdminServer implements AutoCloseable {
    private static final int BACKLOG_LENGTH = 64;
    private static final String REQUEST_LIMIT_SECONDS = "2";
    private static final String RESPONSE_LIMIT_SECONDS = "5";
    private static final int CONNECTION_LIMIT = 256;
    /** A request that is half sent holds its thread: as many as connections, and some that are about to end. */
    private static final int THREAD_LIMIT = CONNECTION_LIMIT + 64;

    private static final int IDLE_THREAD_SECONDS = 10;

    private final InetSocketAddress address;
    private final HttpServer server;
    private final ExecutorService executor;
    private final HostCheck hostCheck;
    private final Terminal terminal;
    private Map<String, Reply.Page> pages = Map.of();

    private AdminServer(InetSocketAddress address, HttpServer server, Terminal terminal) {
        this.address = address;
        this.server = server;
        this.terminal = terminal;
        this.hostCheck = new HostCheck(address.getAddress());
        this.executor = new ThreadPoolExecutor(
                0, THREAD_LIMIT, IDLE_THREAD_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), task -> {
                    final Thread thread = new Thread(task, "fairlead-admin");
                    thread.setDaemon(true);
                    return thread;
                });
    }

    /**
     * Take an address; requests wait until {@link #serve}.
     *
     * @param address where to listen.
     * @param terminal where a defect of a page is reported.
     * @return bound.
     * @throws IOException if it cannot be bound.
     */
    static AdminServer bind(InetSocketAddress address, Terminal terminal) throws IOException {
        // Read once, when the server's classes load. Without nodelay a request on a kept connection takes 45 ms.
        System.setProperty("sun.net.httpserver.nodelay", "true");
        System.setProperty("sun.net.httpserver.maxReqTime", REQUEST_LIMIT_SECONDS);
        System.setProperty("sun.net.httpserver.maxRspTime", RESPONSE_LIMIT_SECONDS);
        System.setProperty("jdk.httpserver.maxConnections", Integer.toString(CONNECTION_LIMIT));
        final HttpServer server = HttpServer.create(address, BACKLOG_LENGTH);
        // Its own address reads [::] for 0.0.0.0 on a machine that has both.
        final InetSocketAddress bound =
                new InetSocketAddress(address.getAddress(), server.getAddress().getPort());
        return new AdminServer(bound, server, terminal);
    }

    /**
     * Where it listens.
     *
     * @return the address with its actual port.
     */
    InetSocketAddress address() {
        return address;
    }

    /**
     * Begin to answer; to be called once.
     *
     * @param pagesByPath what there is.
     */
    void serve(Map<String, Reply.Page> pagesByPath) {
        pages = Map.copyOf(pagesByPath);
        server.createContext("/", this::onRequest);
        server.setExecutor(executor);
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }

    private void onRequest(HttpExchange exchange) throws IOException {
        try (exchange) {
            send(exchange, reply(exchange));
        }
    }

    private Reply reply(HttpExchange exchange) {
        if (!hostCheck.allows(exchange.getRequestHeaders().getFirst("Host"))) {
            return Reply.text(403, "this host name is not served here: use 127.0.0.1 or localhost");
        }
        final Reply.Page page = pages.get(exchange.getRequestURI().getPath());
        if (page == null) {
            return Reply.text(
                    404,
                    "no such page: there are "
                            + String.join(", ", pages.keySet().stream().sorted().toList()));
        }
        final String method = exchange.getRequestMethod();
        if (!"GET".equals(method) && !"HEAD".equals(method)) {
            exchange.getResponseHeaders().set("Allow", "GET, HEAD");
            return Reply.text(405, "only GET and HEAD");
        }
        try {
            return page.get(new Reply.Request(
                    accept(exchange.getRequestHeaders()),
                    query(exchange.getRequestURI().getRawQuery())));
        } catch (final RuntimeException e) {
            terminal.note("fairlead: admin page failed, please report this: "
                    + exchange.getRequestURI().getPath());
            e.printStackTrace(terminal.err());
            return Reply.text(500, "internal error");
        }
    }

    private static String accept(Headers headers) {
        final List<String> values = headers.get("Accept");
        return values == null ? null : String.join(",", values);
    }

    /** Of parameters given twice the last counts. No value of any page needs an escape, so none is undone. */
    private static Map<String, String> query(String raw) {
        final Map<String, String> parameters = new HashMap<>();
        if (raw != null) {
            for (final String parameter : raw.split("&", -1)) {
                final int equals = parameter.indexOf('=');
                final String name = equals < 0 ? parameter : parameter.substring(0, equals);
                parameters.put(name, parameter.substring(equals + 1));
            }
        }
        return parameters;
    }

    private static void send(HttpExchange exchange, Reply reply) throws IOException {
        final Headers headers = exchange.getResponseHeaders();
        headers.set("Content-Type", reply.contentType());
        headers.set("Cache-Control", "no-store");
        headers.set("X-Content-Type-Options", "nosniff");
        if ("HEAD".equals(exchange.getRequestMethod())) {
            headers.set("Content-Length", Integer.toString(reply.body().length));
            exchange.sendResponseHeaders(reply.code(), -1);
            return;
        }
        exchange.sendResponseHeaders(reply.code(), reply.body().length);
        try (OutputStream out = exchange.getResponseBody()) {
            out.write(reply.body());
        }
    }
}
