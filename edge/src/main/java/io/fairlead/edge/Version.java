package io.fairlead.edge;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;
import picocli.CommandLine.IVersionProvider;

/** Which Fairlead this is, as the build wrote it. <b>Immutable.</b> */
final class Version implements IVersionProvider {
    private static final String RESOURCE = "version.properties";

    @Override
    public String[] getVersion() {
        return new String[] {"fairlead " + text() + " (Java " + Runtime.version() + ")"};
    }

    /**
     * The version alone.
     *
     * @return such as {@code 0.1.0}.
     */
    static String text() {
        final Properties properties = new Properties();
        try (InputStream in = Version.class.getResourceAsStream(RESOURCE)) {
            properties.load(in);
        } catch (final IOException e) {
            throw new UncheckedIOException("cannot read " + RESOURCE, e);
        }
        return properties.getProperty("version");
    }
}
