package io.fairlead.bench.compare;

import io.fairlead.core.transport.epoll.EpollTransport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** Every subject that the comparison knows, with how it is started. <b>Owned by one thread.</b> */
final class Catalogue {
    /** The name of the connection with nothing in between. */
    static final String DIRECT = "direct";

    private static final List<String> NGINX =
            List.of("nginx-stream", "nginx-stream-tuned", "nginx-http", "nginx-http-tuned");
    private static final List<String> HAPROXY =
            List.of("haproxy-tcp", "haproxy-tcp-tuned", "haproxy-http", "haproxy-http-tuned");

    private static final String NIO = "nio";
    private static final String EPOLL = "epoll";

    /** From here on it matters whether bytes are copied. */
    private static final int LARGE_LENGTH = 64 * 1024;

    /** A socket and a pipe's two ends, for each side: what flowed once keeps its pipe. */
    private static final int SPLICE_DESCRIPTORS = 6;

    /** As bench/peers configures it (haproxy: maxconn). */
    private static final int HAPROXY_CONNECTIONS = 9800;

    /**
     * As bench/peers configures it (nginx: worker_connections 19,900, two for each WebSocket), less the sixteenth below which nginx
     * drops who waits with a request (ngx_drain_connections), and some.
     */
    private static final int NGINX_CONNECTIONS = 9200;

    private static final String EXPERIMENT = "experiment-";

    private final Tree tree;
    private final List<Subject> subjects = new ArrayList<>();

    /**
     * Look what is there.
     *
     * @param tree to take configurations and jars from.
     * @param javas to run Fairlead on, by feature release.
     * @param flags JVM flags of Fairlead.
     */
    Catalogue(Tree tree, Map<Integer, Path> javas, List<String> flags) {
        this.tree = tree;
        final String module = nginxStreamModule();
        for (final String name : NGINX) {
            final boolean lacksModule = module == null && name.startsWith("nginx-stream");
            final String missing = Shell.isInstalled("nginx")
                    ? lacksModule ? "nginx has no stream module (Debian: libnginx-mod-stream)" : null
                    : "nginx is not installed";
            subjects.add(new Subject(
                    name, missing, Subject.Load.limited(NGINX_CONNECTIONS), (port, backendPort, directory) -> {
                        final Path file = fill(name + ".conf", port, backendPort, directory, module);
                        return List.of(
                                "nginx",
                                "-p",
                                directory.toString(),
                                "-e",
                                directory.resolve("error.log").toString(),
                                "-c",
                                file.toString());
                    }));
        }
        for (final String name : HAPROXY) {
            final String missing = Shell.isInstalled("haproxy") ? null : "haproxy is not installed";
            // -db: one process, in the foreground.
            subjects.add(new Subject(
                    name,
                    missing,
                    Subject.Load.limited(HAPROXY_CONNECTIONS),
                    (port, backendPort, directory) -> List.of(
                            "haproxy",
                            "-db",
                            "-f",
                            fill(name + ".cfg", port, backendPort, directory, "")
                                    .toString())));
        }
        addReference("c-reference", List.of(), Subject.Load.ANY);
        addReference(
                "c-reference-splice", List.of("--splice"), new Subject.Load(0, SPLICE_DESCRIPTORS, Integer.MAX_VALUE));
        javas.forEach((feature, java) -> {
            addFairlead(fairlead(NIO, feature), java, flags, Subject.Load.ANY, "--transport", NIO);
            if (feature >= EpollTransport.LEAST_JDK) {
                addFairlead(fairlead(EPOLL, feature), java, flags, Subject.Load.ANY, "--transport", EPOLL);
                addFairlead(
                        fairlead(EPOLL, feature) + "-copy",
                        java,
                        flags,
                        new Subject.Load(LARGE_LENGTH, 2, Integer.MAX_VALUE),
                        "--transport",
                        EPOLL,
                        "--splice",
                        "off");
            }
        });
        for (final String kind : List.of("epoll", "uring")) {
            addExperiment(EXPERIMENT + kind + "-java", javas, flags, "--with", kind);
            addExperiment(EXPERIMENT + kind + "-java-256k", javas, flags, "--with", kind, "--buffer", "262144");
        }
    }

    /** What a Fairlead is called that runs on a transport and a feature release of the JDK. */
    static String fairlead(String transport, int feature) {
        return "fairlead-" + transport + "-" + feature;
    }

    /** What Fairlead is called on each of these JDKs, on each transport that it has there. */
    static List<String> fairleads(Collection<Integer> features) {
        final List<String> names = new ArrayList<>();
        for (final int feature : features) {
            names.add(fairlead(NIO, feature));
            if (feature >= EpollTransport.LEAST_JDK) {
                names.add(fairlead(EPOLL, feature));
            }
        }
        return names;
    }

    private void addFairlead(String name, Path java, List<String> flags, Subject.Load load, String... options) {
        subjects.add(new Subject(name, null, load, (port, backendPort, directory) -> {
            final List<String> command = new ArrayList<>(fairlead(java, flags, port, "b1=" + backendPort));
            command.addAll(List.of(options));
            return command;
        }));
    }

    /** One more, from another build, on the running Java. */
    void addJar(String name, Path jar, List<String> flags) {
        final String missing = Files.isRegularFile(jar) ? null : jar + " is missing";
        final Path java = Path.of(Java.running());
        subjects.add(new Subject(
                name,
                missing,
                Subject.Load.ANY,
                (port, backendPort, directory) -> fairlead(java, jar, flags, port, "b1=" + backendPort)));
    }

    /** All of them, in the order of results. */
    List<Subject> subjects() {
        return List.copyOf(subjects);
    }

    /** Those that a comparison is of when nobody says otherwise: all but experiments. */
    List<Subject> usual() {
        return subjects.stream()
                .filter(subject -> !subject.name().startsWith(EXPERIMENT))
                .toList();
    }

    /**
     * Some of them.
     *
     * @param names of the wanted; {@value #DIRECT} is none of them.
     * @return in the order of the names.
     * @throws IllegalArgumentException naming one that is not known.
     */
    List<Subject> named(List<String> names) {
        final List<Subject> named = new ArrayList<>();
        for (final String name : names) {
            named.add(subjects.stream()
                    .filter(subject -> subject.name().equals(name))
                    .findFirst()
                    .orElseThrow(() -> new IllegalArgumentException("'" + name + "' is no subject; there are " + DIRECT
                            + ", "
                            + String.join(
                                    ", ", subjects.stream().map(Subject::name).toList()))));
        }
        return named;
    }

    /** The command of a Fairlead with backends {@code name=port} or {@code name=host:port}. */
    List<String> fairlead(Path java, List<String> flags, int port, String... backends) {
        return fairlead(java, tree.fairleadJar(), flags, port, backends);
    }

    private static List<String> fairlead(Path java, Path jar, List<String> flags, int port, String... backends) {
        final List<String> command = new ArrayList<>(List.of(java.toString()));
        command.addAll(flags);
        command.addAll(List.of("-jar", jar.toString(), "run", "--listen", "127.0.0.1:" + port));
        for (final String backend : backends) {
            final String address = backend.substring(backend.indexOf('=') + 1);
            command.addAll(List.of(
                    "--backend",
                    "name=" + backend.substring(0, backend.indexOf('=')) + ","
                            + (address.contains(":") ? address : "127.0.0.1:" + address)));
        }
        return command;
    }

    private void addReference(String name, List<String> flags, Subject.Load load) {
        final String compiler = List.of("cc", "gcc", "clang").stream()
                .filter(Shell::isInstalled)
                .findFirst()
                .orElse(null);
        final String missing = compiler == null ? "no C compiler is installed" : null;
        subjects.add(new Subject(name, missing, load, (port, backendPort, directory) -> {
            final Path program = directory.resolve("forwarder");
            final List<String> compile = List.of(
                    compiler, "-O2", "-o", program.toString(), tree.reference().toString());
            final String said = Shell.output(directory, compile);
            if (!Files.isExecutable(program)) {
                throw new IOException(String.join(" ", compile) + " failed" + (said == null ? "" : ": " + said));
            }
            final List<String> command = new ArrayList<>(List.of(program.toString()));
            command.addAll(flags);
            command.addAll(List.of(Integer.toString(port), Integer.toString(backendPort)));
            return command;
        }));
    }

    /** A forwarder of {@link io.fairlead.bench.experiment}, on the newest Java. */
    private void addExperiment(String name, Map<Integer, Path> javas, List<String> flags, String... options) {
        final int feature = Collections.max(javas.keySet());
        final String missing = feature < EpollTransport.LEAST_JDK
                ? "no JDK from " + EpollTransport.LEAST_JDK + " on among those of --jdks is installed"
                : null;
        subjects.add(new Subject(name, missing, Subject.Load.ANY, (port, backendPort, directory) -> {
            final List<String> command =
                    new ArrayList<>(List.of(javas.get(feature).toString()));
            command.addAll(flags);
            command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-jar"));
            command.addAll(List.of(tree.benchJar().toString(), "forward"));
            command.addAll(List.of(options));
            command.addAll(List.of(Integer.toString(port), Integer.toString(backendPort)));
            return command;
        }));
    }

    private Path fill(String template, int port, int backendPort, Path directory, String module) throws IOException {
        return Template.fill(
                tree.peers().resolve(template),
                Map.of(
                        "PORT", Integer.toString(port),
                        "BACKEND_PORT", Integer.toString(backendPort),
                        "DIR", directory.toString(),
                        "LOAD_MODULE", module == null ? "" : module),
                directory);
    }

    /** The directive that loads nginx's stream module, "" if it is built in, null if it is not there. */
    private static String nginxStreamModule() {
        final String built = Shell.isInstalled("nginx") ? Shell.output("nginx", "-V") : null;
        if (built == null || !built.contains("--with-stream")) {
            return null;
        }
        if (!built.contains("--with-stream=dynamic")) {
            return "";
        }
        final String option = "--modules-path=";
        final Path module = Path.of(Arrays.stream(built.split("\\s", -1))
                        .filter(word -> word.startsWith(option))
                        .map(word -> word.substring(option.length()))
                        .findFirst()
                        .orElse("/usr/lib/nginx/modules"))
                .resolve("ngx_stream_module.so");
        return Files.exists(module) ? "load_module " + module + ";" : null;
    }
}
