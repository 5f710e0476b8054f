package dev.strata.access.passwords;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.testing.MovableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.security.crypto.bcrypt.BCrypt;

/** A file of passwords as registry:2 has it. */
class HtpasswdTest {

    /** As {@code htpasswd -nbB ann secret} of Apache writes it: version 2y. */
    private static final String ANN = "$2y$05$" + BCrypt.hashpw("secret", BCrypt.gensalt(5)).substring(7);

    @TempDir
    Path directory;

    private final MovableClock clock = new MovableClock();
    private final Bcrypt bcrypt = new Bcrypt(1, Duration.ofSeconds(10));

    private Htpasswd file(String content) throws IOException {
        Path file = Files.writeString(directory.resolve("htpasswd"), content);
        return new Htpasswd(file, clock, bcrypt);
    }

    @Test
    void namesAndHashesAreRead() throws IOException {
        Htpasswd file = file("# people\n\nann:" + ANN + "\r\nold:$apr1$x$y\nnonsense\n");
        assertThat(bcrypt.matches("secret", file.hash("ann"))).isTrue();
        assertThat(bcrypt.matches("wrong", file.hash("ann"))).isFalse();
        assertThat(file.hash("old")).as("no other hash is safe enough").isEmpty();
        assertThat(file.hash("nobody")).isEmpty();
    }

    @Test
    void aChangeIsReadWithinASecondAndWhatIsBrokenIsNot() throws IOException {
        Htpasswd file = file("ann:" + ANN + "\n");
        Files.writeString(directory.resolve("htpasswd"), "ben:" + ANN + "\n");
        clock.moveOn(Duration.ofSeconds(1));
        assertThat(file.hash("ann")).isEmpty();
        assertThat(file.hash("ben")).isPresent();
        Files.delete(directory.resolve("htpasswd"));
        clock.moveOn(Duration.ofSeconds(1));
        assertThat(file.hash("ben")).isPresent();
    }

    @Test
    void aFileThatIsNotThereEndsAStart() {
        assertThatThrownBy(() -> new Htpasswd(directory.resolve("none"), clock, bcrypt))
                .isInstanceOf(PasswordFileException.class)
                .hasMessageContaining("none");
    }

    @Test
    void anUnknownNameIsComparedWithSomethingAsSlow() {
        StringBuilder compared = new StringBuilder();
        Bcrypt watched = new Bcrypt(1, Duration.ofSeconds(10)) {
            @Override
            boolean compare(String password, String hash) {
                compared.append(hash, 4, 6).append(' ');
                return super.compare(password, hash);
            }
        };
        watched.matches("guess", Optional.empty());
        watched.matches("guess", Optional.of(BCrypt.hashpw("right", BCrypt.gensalt(10))));
        watched.matches("guess", Optional.of(ANN));
        assertThat(compared).hasToString("10 10 05 10 ");
        watched.imitate(BCrypt.hashpw("right", BCrypt.gensalt(11)));
        compared.setLength(0);
        watched.matches("guess", Optional.empty());
        assertThat(compared).hasToString("11 ");
    }
}
