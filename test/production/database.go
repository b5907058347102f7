package production

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
)

// initialise does what the entry point of the image postgres does with an empty volume: it makes the database's files, for
// POSTGRES_USER with the password of POSTGRES_PASSWORD_FILE. PostgreSQL refuses to run as root.
func (c *container) initialise(ctx context.Context) error {
	data := c.rewriter.text("/var/lib/postgresql/data")
	if err := c.asAnother(data); err != nil {
		return err
	}
	value := func(name string) string {
		i := slices.IndexFunc(c.env, func(v string) bool { return strings.HasPrefix(v, name+"=") })
		return c.env[i][len(name)+1:]
	}
	args := append([]string{"-D", data, "-U", value("POSTGRES_USER"), "--pwfile", value("POSTGRES_PASSWORD_FILE")}, strings.Fields(value("POSTGRES_INITDB_ARGS"))...)
	cmd := exec.CommandContext(ctx, filepath.Join(c.programs.Postgres, "initdb"), args...)
	cmd.Env, cmd.Dir = c.env, data
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: c.user}
	if text, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("initdb: %w: %s", err, text)
	}
	c.argv = append(c.argv, "-D", data, "-c", "listen_addresses="+c.rewriter.own, "-c", "unix_socket_directories="+data)
	return nil
}

// asAnother makes the container run as the user postgres, which owns its volume, where the test itself is root.
func (c *container) asAnother(data string) error {
	if os.Geteuid() != 0 {
		return os.Chmod(data, 0o700) //nolint:gosec // a directory
	}
	u, err := user.Lookup("postgres")
	if err != nil {
		return fmt.Errorf("PostgreSQL refuses to run as root: %w", err)
	}
	uid, err := strconv.ParseUint(u.Uid, 10, 32)
	if err != nil {
		return err
	}
	gid, err := strconv.ParseUint(u.Gid, 10, 32)
	if err != nil {
		return err
	}
	c.user = &syscall.Credential{Uid: uint32(uid), Gid: uint32(gid)}
	return os.Chown(data, int(uid), int(gid))
}
