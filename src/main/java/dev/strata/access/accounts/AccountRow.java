package dev.strata.access.accounts;

import jakarta.persistence.CollectionTable;
import jakarta.persistence.Column;
import jakarta.persistence.ElementCollection;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.JoinColumn;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

@Entity
@Table(name = "account")
class AccountRow {

    @Id
    @GeneratedValue(strategy = GenerationType.IDENTITY)
    private @Nullable Long id;

    private String name = "";
    private String password = "";
    private boolean administrator;
    private Instant createdAt = Instant.EPOCH;
    private long revision;

    @ElementCollection
    @CollectionTable(name = "account_group", joinColumns = @JoinColumn(name = "account_id"))
    @Column(name = "name")
    private Set<String> groups = new HashSet<>();

    protected AccountRow() {}

    AccountRow(String name, String password, boolean administrator, Set<String> groups, Instant createdAt) {
        this.name = name;
        this.password = password;
        this.administrator = administrator;
        this.groups = new HashSet<>(groups);
        this.createdAt = createdAt;
    }

    String password() {
        return password;
    }

    void setPassword(String hash) {
        password = hash;
        revision++;
    }

    void setAdministrator(boolean administrator) {
        this.administrator = administrator;
        revision++;
    }

    void setGroups(Set<String> groups) {
        this.groups.clear();
        this.groups.addAll(groups);
        revision++;
    }

    boolean isAdministrator() {
        return administrator;
    }

    Account account() {
        return new Account(name, administrator, Set.copyOf(groups), createdAt, id + "." + revision);
    }
}
