package io.fairlead.core.simulation.mutation;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/**
 * Does the simulation see? Seeds one defect after the other into a copy of the production code and has the simulation
 * look for it. A defect that it does not find in its time is a gap in what the simulation does or checks.
 */
public final class MutationProof {
    private static final String USAGE =
            "options: [--only 03,07] [--seconds 60] [--seed N] [--table FILE], each a name and a value";

    private final int seconds;
    private final Long seed;
    private final PrintStream out;
    private final Map<Mutation, Verdict> verdicts = new LinkedHashMap<>();

    /**
     * A proof with nothing tried yet.
     *
     * @param seconds for each defect.
     * @param seed of each simulation, or null for any.
     * @param out told of progress.
     */
    MutationProof(int seconds, Long seed, PrintStream out) {
        this.seconds = seconds;
        this.seed = seed;
        this.out = out;
    }

    /**
     * Try them.
     *
     * @param args see the usage.
     * @throws IOException if a file cannot be read or written.
     * @throws InterruptedException when interrupted.
     */
    public static void main(String[] args) throws IOException, InterruptedException {
        final Map<String, String> options = options(args);
        final String seed = options.get("--seed");
        final MutationProof proof = new MutationProof(
                Integer.parseInt(options.getOrDefault("--seconds", "60")),
                seed == null ? null : Long.valueOf(seed),
                System.out);
        proof.tryAll(selection(options.getOrDefault("--only", "")));
        proof.report(options.containsKey("--table") ? Path.of(options.get("--table")) : null);
        System.exit(proof.unfound().isEmpty() ? 0 : 1);
    }

    /**
     * The mutations of the tree with some numbers.
     *
     * @param ids with commas between them; empty for all.
     * @throws IllegalArgumentException if one does not exist.
     */
    static List<Mutation> selection(String ids) throws IOException {
        final List<Mutation> all = Mutation.all(Scratch.mutations());
        if (ids.isEmpty()) {
            return all;
        }
        final Set<String> wanted = Set.of(ids.split(",", -1));
        final List<Mutation> selected =
                all.stream().filter(each -> wanted.contains(each.id())).toList();
        if (selected.size() != wanted.size()) {
            throw new IllegalArgumentException("of the mutations " + ids + " there are only " + selected);
        }
        return selected;
    }

    void tryAll(List<Mutation> mutations) throws IOException, InterruptedException {
        for (final Mutation mutation : mutations) {
            tryOne(mutation);
        }
    }

    Verdict tryOne(Mutation mutation) throws IOException, InterruptedException {
        final Verdict verdict = verdictOn(mutation);
        verdicts.put(mutation, verdict);
        out.println(mutation + ": " + verdict);
        return verdict;
    }

    private Verdict verdictOn(Mutation mutation) throws IOException, InterruptedException {
        final Scratch scratch = Scratch.copy(mutation.id());
        try {
            scratch.apply(mutation);
            scratch.compile();
        } catch (final IllegalArgumentException e) {
            return Verdict.of(Verdict.Outcome.NOT_APPLIED, e.getMessage());
        }
        return SimulationFork.run(scratch, seconds, seed);
    }

    /** Those that were tried and not found. */
    List<Mutation> unfound() {
        return verdicts.keySet().stream()
                .filter(each -> !verdicts.get(each).isFound())
                .toList();
    }

    /** Print the table of all that were tried, and write it to a file unless that is null. */
    void report(Path file) {
        final String table = table();
        out.println();
        out.println(table);
        if (file != null) {
            Scratch.writeString(file, table);
        }
    }

    String table() {
        final List<String> rows = new ArrayList<>(List.of(
                "| defect | what is wrong | breaks | found after | histories | by |", "|---|---|---|--:|--:|---|"));
        verdicts.forEach((mutation, verdict) -> rows.add(String.format(
                "| %s | %s | %s | %s | %s | %s |",
                mutation,
                cell(mutation.defect()),
                cell(mutation.breaks()),
                verdict.isFound() ? String.format(Locale.ROOT, "%.1f s", verdict.seconds()) : verdict.outcome(),
                verdict.isFound() ? verdict.histories() : "",
                cell(verdict.detail()))));
        rows.add("");
        rows.add(String.format(
                "%d of %d found, %d s each at the most.",
                verdicts.size() - unfound().size(), verdicts.size(), seconds));
        return String.join("\n", rows) + "\n";
    }

    private static String cell(String text) {
        return text.lines().findFirst().orElse("").replace("|", "\\|");
    }

    private static Map<String, String> options(String[] args) {
        final Map<String, String> options = new LinkedHashMap<>();
        final Set<String> known = Set.of("--only", "--seconds", "--seed", "--table");
        for (int i = 0; i < args.length; i += 2) {
            if (!known.contains(args[i]) || i + 1 == args.length) {
                throw new IllegalArgumentException(USAGE);
            }
            options.put(args[i], args[i + 1]);
        }
        return options;
    }
}
