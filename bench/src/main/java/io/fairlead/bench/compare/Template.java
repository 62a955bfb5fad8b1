package io.fairlead.bench.compare;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** A peer's configuration with what differs from run to run between {@code @}. Static and stateless. */
public final class Template {
    private Template() {}

    /**
     * Fill one in.
     *
     * @param template to read.
     * @param values by the words between {@code @}.
     * @param directory to write to.
     * @return the file, under the template's name.
     * @throws IOException if one of both cannot be.
     */
    public static Path fill(Path template, Map<String, String> values, Path directory) throws IOException {
        String text = Files.readString(template);
        for (final Map.Entry<String, String> value : values.entrySet()) {
            text = text.replace("@" + value.getKey() + "@", value.getValue());
        }
        return Files.writeString(directory.resolve(template.getFileName().toString()), text);
    }
}
