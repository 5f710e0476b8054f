package dev.strata.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * What the command line asked for.
 *
 * @param document where the tables go; only a whole run at full scale goes into the usual one
 * @param growth how many manifests a database is to have whose statements are looked at, instead of measuring servers
 * @param shared whether servers store in PostgreSQL and on S3 instead of in directories of their own
 * @param strataCommand the command that starts Strata, with {@code {port}} and {@code {data}} in it
 */
record Options(boolean help, Scale scale, Pattern only, int rounds, Path json, List<String> servers,
        String strataCommand, Optional<Path> zot, Path workDirectory, Optional<Path> document, boolean shared, List<Long> growth) {

    static final String DEFAULT_STRATA_COMMAND =
            "java @src/main/package/jvm.options -XX:AOTCache=target/packaged/strata.aot -jar target/packaged/strata.jar"
                    + " serve --server.port={port} --strata.data-dir={data}";

    static final String HELP = """
            Options:
              --quick                     small sizes and short windows, to see that all works (no figures to quote)
              --only=REGEX                only cases whose id has a match in it (ids: first column of the report)
              --rounds=N                  rounds, 3 by default (1 with --quick); the report shows medians
              --servers=A,B               of strata, distribution, docker-registry, zot, nginx; all by default
              --strata-command=COMMAND    how Strata is started; {port} and {data} are filled in, and `java` is
                                          the one that runs this
              --zot=PROGRAM               where zot is, if it is not on the PATH
              --large-push-clients=A,B    how many clients push a large blob at once; 1 by default
              --savings-images=N          images in the registry that the report of the savings is about, 1000000 by
                                          default (2000 with --quick); it is made anew, at some thousand a second
              --collected-blobs=N         blobs that are collected, out of ten times as many; 100000 by default (4000 with
                                          --quick)
              --shared                    strata on PostgreSQL and S3, beside distribution on the same S3, with cases of
                                          their own; versitygw has to be on the PATH
              --growth=A,B                measures no server, but which statements a request takes, and how long they take,
                                          on a PostgreSQL of so many manifests; a million take 8 GB and some minutes
              --json=FILE                 where the figures go as JSON; target/benchmark.json by default
              --document=FILE             a document that gets the tables, between its benchmark:begin and :end;
                                          docs/benchmark.md by default, unless --quick or --only leave something out
              --work-dir=DIRECTORY        where the servers keep their data; target by default; emptied at the end
              --help                      this text
            """;

    static Options parse(String... arguments) {
        boolean help = false;
        boolean quick = false;
        boolean shared = false;
        List<Long> growth = List.of();
        Pattern only = Pattern.compile("");
        int rounds = 0;
        Path json = Path.of("target", "benchmark.json");
        List<String> servers = List.of("strata", "distribution", "docker-registry", "zot", "nginx");
        Optional<Path> zot = Optional.empty();
        Optional<Path> document = Optional.empty();
        String strataCommand = DEFAULT_STRATA_COMMAND;
        List<Integer> largePushClients = List.of(1);
        long savingsImages = 0;
        int collectedBlobs = 0;
        Path workDirectory = Path.of("target");
        for (String argument : arguments) {
            int equals = argument.indexOf('=');
            String name = equals < 0 ? argument : argument.substring(0, equals);
            String value = equals < 0 ? "" : argument.substring(equals + 1);
            switch (name) {
                case "--help" -> help = true;
                case "--quick" -> quick = true;
                case "--shared" -> shared = true;
                case "--growth" -> growth = Arrays.stream(value.split(",")).map(Long::valueOf).toList();
                case "--only" -> only = Pattern.compile(value);
                case "--rounds" -> rounds = positive(name, value);
                case "--json" -> json = Path.of(value);
                case "--servers" -> servers = known(servers, List.of(value.split(",")));
                case "--zot" -> zot = Optional.of(Path.of(value).toAbsolutePath());
                case "--document" -> document = Optional.of(Path.of(value).toAbsolutePath());
                case "--strata-command" -> strataCommand = value;
                case "--large-push-clients" -> largePushClients = Arrays.stream(value.split(","))
                        .map(number -> positive(name, number)).toList();
                case "--savings-images" -> savingsImages = Long.parseLong(value);
                case "--collected-blobs" -> collectedBlobs = Integer.parseInt(value);
                case "--work-dir" -> workDirectory = Path.of(value);
                default -> throw new IllegalArgumentException("unknown option: " + argument);
            }
        }
        Scale scale = quick
                ? Scale.quick(largePushClients, savingsImages > 0 ? savingsImages : 2_000,
                        collectedBlobs > 0 ? collectedBlobs : 4_000)
                : Scale.full(largePushClients, savingsImages > 0 ? savingsImages : 1_000_000,
                        collectedBlobs > 0 ? collectedBlobs : 100_000);
        boolean whole = !quick && !shared && only.pattern().isEmpty() && servers.contains(Report.SUBJECT);
        if (document.isEmpty() && whole) {
            document = Optional.of(Path.of("docs", "benchmark.md").toAbsolutePath());
        }
        return new Options(help, scale, only, rounds > 0 ? rounds : quick ? 1 : 3, json.toAbsolutePath(), servers,
                strataCommand, zot, workDirectory.toAbsolutePath(), document, shared, growth);
    }

    private static int positive(String name, String value) {
        if (!value.matches("[1-9][0-9]{0,2}")) {
            throw new IllegalArgumentException(name + " wants a number from 1 to 999, not '" + value + "'");
        }
        return Integer.parseInt(value);
    }

    private static List<String> known(List<String> all, List<String> wanted) {
        for (String server : wanted) {
            if (!all.contains(server)) {
                throw new IllegalArgumentException("unknown server: '" + server + "'; known are " + all);
            }
        }
        return wanted;
    }
}
