package dev.strata.access.people;

import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "person")
class PersonRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String name = "";
    private String subject = "";
    private String title = "";
    private String memberOf = "";
    private String claims = "";
    private Instant createdAt = Instant.EPOCH;
    private Instant seenAt = Instant.EPOCH;

    protected PersonRow() {}

    PersonRow(String name, String subject, Instant createdAt) {
        this.name = name;
        this.subject = subject;
        this.createdAt = createdAt;
    }

    void setSeen(String title, String memberOf, String claims, Instant at) {
        this.title = title;
        this.memberOf = memberOf;
        this.claims = claims;
        this.seenAt = at;
    }

    long id() {
        if (id == null) {
            throw new IllegalStateException("The person has not been written");
        }
        return id;
    }

    String name() {
        return name;
    }

    String subject() {
        return subject;
    }

    String title() {
        return title;
    }

    String memberOf() {
        return memberOf;
    }

    String claims() {
        return claims;
    }

    Instant createdAt() {
        return createdAt;
    }

    Instant seenAt() {
        return seenAt;
    }

    /** Of two people who have the name one after the other, each has another one. */
    String version() {
        return "person-" + id();
    }
}
