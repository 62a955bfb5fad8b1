package io.fairlead.bench.report;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;

/**
 * One benchmark of JMH's JSON. <b>Immutable.</b>
 *
 * @param benchmark its class and method, without the package.
 * @param mode JMH's short name of it.
 * @param parameters of the benchmark, in JMH's order.
 * @param score the primary metric.
 * @param error half of its 99.9 % confidence interval; NaN where JMH had too little for one.
 * @param unit of both.
 * @param allocatedBytes an operation, when the profiler of the collector ran.
 */
record JmhResult(
        String benchmark,
        String mode,
        Map<String, String> parameters,
        double score,
        double error,
        String unit,
        OptionalDouble allocatedBytes) {
    private static final JsonFactory FACTORY = new JsonFactory();
    private static final String ALLOCATION = "gc.alloc.rate.norm";

    static List<JmhResult> read(Path file) throws IOException {
        final Object root;
        try (InputStream in = Files.newInputStream(file);
                JsonParser parser = FACTORY.createParser(in)) {
            parser.nextToken();
            root = value(file, parser);
        } catch (final JsonProcessingException e) {
            final long line = e.getLocation() == null ? 1 : e.getLocation().getLineNr();
            throw new InputException(file, line, e.getOriginalMessage());
        }
        if (!(root instanceof List<?> results)) {
            throw new InputException(file, 1, "is no array of JMH's results");
        }
        final List<JmhResult> read = new ArrayList<>();
        for (final Object result : results) {
            read.add(of(new InputException(file, "result " + (read.size() + 1) + " is not as JMH writes it"), result));
        }
        return read;
    }

    /** Whether it is one of whole messages from end to end, of lengths to be compared. */
    boolean isForwardingByLength() {
        return benchmark.startsWith("Forwarding") && parameters.containsKey(Throughput.LENGTH_PARAMETER);
    }

    /** Operations a second; empty where the unit is of something else. */
    OptionalDouble perSecond() {
        return switch (unit) {
            case "ops/s" -> OptionalDouble.of(score);
            case "ops/ms" -> OptionalDouble.of(score * 1e3);
            case "ops/us" -> OptionalDouble.of(score * 1e6);
            case "ops/ns" -> OptionalDouble.of(score * 1e9);
            case "s/op" -> OptionalDouble.of(1 / score);
            case "ms/op" -> OptionalDouble.of(1e3 / score);
            case "us/op" -> OptionalDouble.of(1e6 / score);
            case "ns/op" -> OptionalDouble.of(1e9 / score);
            default -> OptionalDouble.empty();
        };
    }

    private static JmhResult of(InputException problem, Object result) throws InputException {
        if (!(result instanceof Map<?, ?> object)
                || !(object.get("benchmark") instanceof String name)
                || !(object.get("mode") instanceof String mode)
                || !(object.get("primaryMetric") instanceof Map<?, ?> metric)
                || !(metric.get("scoreUnit") instanceof String unit)) {
            throw problem;
        }
        final double score = number(metric.get("score"));
        if (!Double.isFinite(score)) {
            throw problem;
        }
        final Map<String, String> parameters = new LinkedHashMap<>();
        if (object.get("params") instanceof Map<?, ?> params) {
            params.forEach((key, text) -> parameters.put(String.valueOf(key), String.valueOf(text)));
        }
        final double bytes =
                object.get("secondaryMetrics") instanceof Map<?, ?> secondary ? allocation(secondary) : Double.NaN;
        return new JmhResult(
                withoutPackage(name),
                mode,
                parameters,
                score,
                number(metric.get("scoreError")),
                unit,
                Double.isFinite(bytes) ? OptionalDouble.of(bytes) : OptionalDouble.empty());
    }

    /** Older versions of JMH set a point before the profiler's names. */
    private static double allocation(Map<?, ?> secondary) {
        final Object metric =
                secondary.containsKey(ALLOCATION) ? secondary.get(ALLOCATION) : secondary.get("·" + ALLOCATION);
        return metric instanceof Map<?, ?> fields ? number(fields.get("score")) : Double.NaN;
    }

    /** JMH writes what is no number as the text NaN. */
    private static double number(Object value) {
        return value instanceof Double number ? number : Double.NaN;
    }

    private static String withoutPackage(String name) {
        final int method = name.lastIndexOf('.');
        final int type = method <= 0 ? -1 : name.lastIndexOf('.', method - 1);
        return name.substring(type + 1);
    }

    private static Object value(Path file, JsonParser parser) throws IOException {
        final JsonToken token = parser.currentToken();
        if (token == JsonToken.START_ARRAY) {
            final List<Object> values = new ArrayList<>();
            while (parser.nextToken() != JsonToken.END_ARRAY) {
                values.add(value(file, parser));
            }
            return values;
        }
        if (token == JsonToken.START_OBJECT) {
            final Map<String, Object> fields = new LinkedHashMap<>();
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                final String name = parser.currentName();
                parser.nextToken();
                fields.put(name, value(file, parser));
            }
            return fields;
        }
        if (token == null) {
            throw new InputException(file, parser.currentLocation().getLineNr(), "ends too early");
        }
        return token.isNumeric() ? (Object) parser.getDoubleValue() : parser.getText();
    }
}
