package activities

import (
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
)

// account resolves what a credential logs on with: its password, its keytab, or both.
func (a *Activities) account(c farm.Credential) (password, keytab secrets.Value, err error) {
	if c.Keytab != "" {
		if keytab, err = a.opts.Secrets.ResolveFile(c.Keytab); err != nil || c.Password == "" {
			return secrets.Value{}, keytab, err
		}
	}
	password, err = a.opts.Secrets.Resolve(c.Password)
	return password, keytab, err
}
