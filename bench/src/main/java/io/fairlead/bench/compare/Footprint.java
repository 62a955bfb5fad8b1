package io.fairlead.bench.compare;

import io.fairlead.bench.gate.FootprintCommand;
import java.nio.file.Path;
import java.util.List;

/** Asks a JDK what needs no clock, and puts it where pages look for it. Static and stateless. */
final class Footprint {
    private Footprint() {}

    /**
     * Ask, and tell the environment.
     *
     * @param tree to take the jar from.
     * @param feature release of the JDK.
     * @param java of the JDK.
     * @param environment to put the facts into; nothing is put where the JDK does not answer.
     */
    static void put(Tree tree, int feature, Path java, Environment environment) {
        final String told = Shell.output(
                tree.root(),
                List.of(
                        java.toString(),
                        "-XX:AutoBoxCacheMax=65536",
                        "-jar",
                        tree.benchJar().toString(),
                        "footprint"));
        if (told == null) {
            return;
        }
        told.lines()
                .map(line -> line.split(" ", -1))
                .filter(words -> words.length == 2)
                .forEach(words -> {
                    switch (words[0]) {
                        case FootprintCommand.NIO, FootprintCommand.EPOLL ->
                            environment.put(
                                    "allocated bytes a message, " + Catalogue.fairlead(words[0], feature), words[1]);
                        case FootprintCommand.SLOT -> environment.put("table bytes a slot", words[1]);
                        default -> {
                            // The JVM's own lines.
                        }
                    }
                });
    }
}
