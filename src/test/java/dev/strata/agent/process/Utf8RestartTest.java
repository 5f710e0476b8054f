package dev.strata.agent.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class Utf8RestartTest {

    /** The shell writes the bytes: this Java may have a locale in which it could not. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "C       | M\\303\\274ller | 4d fc 6c 6c 65 72 4d c3 bc 6c 6c 65 72 C",
                "POSIX   | \\344\\270\\200  | 4e00 e4 b8 80 POSIX",
                "C.UTF-8 | M\\303\\274ller | 4d fc 6c 6c 65 72 4d c3 bc 6c 6c 65 72 C.UTF-8",
                "C       | plain           | 70 6c 61 69 6e 70 6c 61 69 6e C",
                "C       | \\374           | fffd ef bf bd C"
            })
    void theCommandLineIsReadAndHandedOnInEveryLocale(String locale, String argument, String printed)
            throws IOException, InterruptedException {
        ProcessBuilder builder = new ProcessBuilder(
                "sh",
                "-c",
                "exec \"$0\" --enable-native-access=ALL-UNNAMED -cp \"$1\" \"$2\" \"$(printf '" + argument + "')\"",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                System.getProperty("java.class.path"),
                PrintedArguments.class.getName());
        builder.environment().put("LC_ALL", locale);
        Process process = builder.redirectErrorStream(true).start();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

        assertThat(process.waitFor()).as(output).isZero();
        assertThat(output.strip().replaceAll("\\s+", " ")).isEqualTo(printed);
    }
}
