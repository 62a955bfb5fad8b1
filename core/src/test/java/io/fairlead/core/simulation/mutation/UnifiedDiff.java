package io.fairlead.core.simulation.mutation;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Applies a unified diff, strictly: every line that a hunk removes or stands between must be there. A hunk whose lines
 * have moved is applied where they are now, if that is one place only.
 */
final class UnifiedDiff {
    private static final Pattern HUNK = Pattern.compile("@@ -(\\d+)(?:,\\d+)? \\+\\d+(?:,\\d+)? @@.*");
    private static final String OLD_FILE = "--- a/";
    private static final String NEW_FILE = "+++ b/";

    private final Path root;
    private Path file;
    private List<String> lines;
    /** Lines before this index were changed, or stood before a change. */
    private int doneIndex;
    /** How far the rest of the file has moved. */
    private int shift;

    private UnifiedDiff(Path root) {
        this.root = root;
    }

    /**
     * Change files.
     *
     * @param diff with file names relative to the root, behind {@code a/} and {@code b/}.
     * @param root where the files are.
     * @throws IllegalArgumentException if it does not fit, or is not a change of existing files.
     */
    static void apply(String diff, Path root) {
        new UnifiedDiff(root).apply(diff.split("\n"));
    }

    private void apply(String[] diff) {
        int index = 0;
        while (index < diff.length) {
            final Matcher hunk = HUNK.matcher(diff[index]);
            if (hunk.matches()) {
                index = applyHunk(diff, index + 1, Integer.parseInt(hunk.group(1)) - 1);
            } else {
                if (diff[index].startsWith(OLD_FILE)) {
                    require(
                            index + 1 < diff.length && diff[index + 1].startsWith(NEW_FILE),
                            "it creates or deletes a file");
                    open(diff[index + 1].substring(NEW_FILE.length()));
                }
                index++;
            }
        }
        require(file != null, "it changes nothing");
        save();
    }

    /** Apply the hunk whose lines begin at an index. @return the index behind it. */
    private int applyHunk(String[] diff, int from, int statedIndex) {
        require(file != null, "a hunk belongs to no file");
        final List<String> before = new ArrayList<>();
        final List<String> after = new ArrayList<>();
        int index = from;
        while (index < diff.length && !diff[index].isEmpty() && " +-".indexOf(diff[index].charAt(0)) >= 0) {
            if (diff[index].startsWith(OLD_FILE)) {
                break;
            }
            final String line = diff[index].substring(1);
            if (diff[index].charAt(0) != '+') {
                before.add(line);
            }
            if (diff[index].charAt(0) != '-') {
                after.add(line);
            }
            index++;
        }
        require(
                index == diff.length || isBehindHunk(diff[index]),
                "a hunk has a line that is none: " + at(diff, index));
        final int at = place(before, statedIndex + shift);
        lines.subList(at, at + before.size()).clear();
        lines.addAll(at, after);
        doneIndex = at + after.size();
        shift = at - statedIndex + after.size() - before.size();
        return index;
    }

    private static boolean isBehindHunk(String line) {
        return line.startsWith("diff --git ")
                || line.startsWith(OLD_FILE)
                || HUNK.matcher(line).matches();
    }

    private int place(List<String> before, int expectedIndex) {
        final List<Integer> places = new ArrayList<>();
        for (int i = doneIndex; i + before.size() <= lines.size(); i++) {
            if (lines.subList(i, i + before.size()).equals(before)) {
                places.add(i);
            }
        }
        final boolean isAsExpected = places.contains(expectedIndex);
        require(
                isAsExpected || places.size() == 1,
                "the hunk for line " + (expectedIndex + 1) + " fits " + places.size() + " places of "
                        + file.getFileName());
        return isAsExpected ? expectedIndex : places.get(0);
    }

    private void open(String name) {
        save();
        file = root.resolve(name).normalize();
        require(file.startsWith(root), name + " is outside");
        lines = new ArrayList<>(Arrays.asList(Scratch.readString(file).split("\n", -1)));
        doneIndex = 0;
        shift = 0;
    }

    private void save() {
        if (file != null) {
            Scratch.writeString(file, String.join("\n", lines));
        }
    }

    private static String at(String[] diff, int index) {
        return index < diff.length ? diff[index] : "";
    }

    private static void require(boolean condition, String message) {
        if (!condition) {
            throw new IllegalArgumentException("the patch does not apply: " + message);
        }
    }
}
