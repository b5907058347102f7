package runner

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"time"

	_ "github.com/microsoft/go-mssqldb" // the driver sqlserver

	"farmhand/config"
	"farmhand/internal/farm"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
	"farmhand/test/chaos/scenario"
)

// hands do what people do at the servers themselves: packages and the wizard at a console, backups at SQL Server. What goes wrong
// meanwhile they see when they are asked again.
type hands struct {
	dir      string
	scenario scenario.Scenario
	rollout  farm.Rollout
	taken    int // backups, for names of files
}

func newHands(dir string, s scenario.Scenario) (*hands, error) {
	r, _, err := config.Load(filepath.Join(dir, "rollout.yaml"))
	return &hands{dir: dir, scenario: s, rollout: r}, err
}

// console bounds what a person waits for at a console.
const console = time.Minute

// wizardByHand is what the shortcut of Administrative Tools runs, without its pages.
const wizardByHand = `"C:\Program Files\Common Files\Microsoft Shared\Web Server Extensions\12\BIN\psconfig.exe" -cmd upgrade -inplace b2b -wait`

// do runs a command at a server's console, unless the program still runs there: a person sees its window.
func (h *hands) do(ctx context.Context, of, server, program, command string) (ran bool) {
	if h.lives(server, program) {
		return false
	}
	f, _ := h.rollout.Farm(of)
	s, _ := f.Server(server)
	host, err := winhost.New(winhost.Options{
		Server: s, User: scenario.User, Password: secrets.New(h.scenario.Secret()), CAFile: filepath.Join(h.dir, "world", "ca.pem"),
	})
	if err != nil {
		return false
	}
	ctx, cancel := context.WithTimeout(ctx, console)
	defer cancel()
	_, err = host.Command(ctx, command)
	return err == nil
}

// lives reports whether a program that was started on a server has not ended.
func (h *hands) lives(server, program string) bool {
	lives := map[string]bool{}
	journal := &follower{path: Run{Dir: h.dir}.Journal()}
	journal.watch(func(e event) {
		switch {
		case e.Host != server:
		case e.Event == "shutdown":
			clear(lives)
		case strings.Contains(strings.ToLower(e.Text), strings.ToLower(program)) && (e.Event == "started" || e.Event == "exited"):
			lives[e.Text] = e.Event == "started"
		}
	})
	if err := journal.read(); err != nil && !errors.Is(err, os.ErrNotExist) {
		return true // nobody can tell just now
	}
	for _, l := range lives {
		if l {
			return true
		}
	}
	return false
}

// backUp takes a backup of every database of a farm on a SQL Server, as its administrator does.
func (h *hands) backUp(ctx context.Context, of scenario.Farm, server string) {
	f, _ := h.rollout.Farm(of.Name)
	address := ""
	for _, q := range f.SQLServers {
		if q.Name == server {
			address = fmt.Sprintf("%s:%d", q.Address, q.Port)
		}
	}
	u := url.URL{
		Scheme: "sqlserver", User: url.UserPassword(scenario.User, h.scenario.Secret()), Host: address,
		RawQuery: url.Values{"encrypt": {"false"}, "TrustServerCertificate": {"true"}, "disableretry": {"true"}}.Encode(),
	}
	db, err := sql.Open("sqlserver", u.String())
	if err != nil {
		return
	}
	defer db.Close()
	ctx, cancel := context.WithTimeout(ctx, console)
	defer cancel()
	for _, d := range of.DatabasesOn(server) {
		h.taken++
		file := fmt.Sprintf(`E:\Nightly\%s_%d.bak`, d, h.taken)
		_, _ = db.ExecContext(ctx, fmt.Sprintf("BACKUP DATABASE [%s] TO DISK = N'%s' WITH CHECKSUM", d, file)) // asked again, they take another
	}
}
