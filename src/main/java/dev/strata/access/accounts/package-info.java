/**
 * Who signs in with a password: accounts, and the file of passwords.
 *
 * <p>By {@link dev.strata.access.accounts.Accounts} people administer them. What it writes is durable when it returns.
 */
@NullMarked
package dev.strata.access.accounts;

import org.jspecify.annotations.NullMarked;
