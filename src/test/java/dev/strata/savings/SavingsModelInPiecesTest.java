package dev.strata.savings;

import dev.strata.savings.books.Pace;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.springframework.beans.factory.annotation.Autowired;

/** The same where each change is folded in the smallest pieces, each in a transaction of its own. */
class SavingsModelInPiecesTest extends SavingsModelTest {

    @Autowired
    Pace pace;

    @BeforeEach
    void foldInTheSmallestPieces() {
        pace.limit(1);
    }

    @AfterEach
    void foldAsUsual() {
        pace.limit(2_000);
    }
}
