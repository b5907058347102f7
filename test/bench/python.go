package main

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// python is Debian's own: its packages are not in others.
const python = "/usr/bin/python3"

// installPeers says where the peers come from.
const installPeers = "apt-get install ansible python3-winrm freetds-bin"

// openSSLConfig switches the legacy provider on: NTLM needs MD4, which OpenSSL 3 hides.
const openSSLConfig = `openssl_conf = openssl_init
[openssl_init]
providers = provider_sect
[provider_sect]
default = default_sect
legacy = legacy_sect
[default_sect]
activate = 1
[legacy_sect]
activate = 1
`

// legacyOpenSSL writes the configuration into a folder and returns the variables that name it.
func legacyOpenSSL(dir string) ([]string, error) {
	path := filepath.Join(dir, "openssl.cnf")
	if err := os.WriteFile(path, []byte(openSSLConfig), 0o600); err != nil {
		return nil, err
	}
	return []string{"OPENSSL_CONF=" + path, "REQUESTS_CA_BUNDLE=", "PYTHONWARNINGS=ignore"}, nil
}

// pythonCommand is a command of Debian's Python with NTLM. remove removes its configuration.
func pythonCommand(ctx context.Context, args ...string) (cmd *exec.Cmd, remove func(), err error) {
	if _, err := os.Stat(python); err != nil {
		return nil, nil, fmt.Errorf("%w: %s", err, installPeers)
	}
	dir, err := os.MkdirTemp("", "farmhand-bench-")
	if err != nil {
		return nil, nil, err
	}
	env, err := legacyOpenSSL(dir)
	if err != nil {
		return nil, nil, err
	}
	cmd = exec.CommandContext(ctx, python, args...)
	cmd.Env = append(os.Environ(), env...)
	return cmd, func() { _ = os.RemoveAll(dir) }, nil
}
