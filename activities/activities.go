package activities

import (
	"log/slog"

	"farmhand/internal/evidence"
	"farmhand/internal/farm"
	"farmhand/internal/mssql"
	"farmhand/internal/notify"
	"farmhand/internal/secrets"
	"farmhand/internal/winhost"
)

// Options are what a worker gives its activities.
type Options struct {
	// Secrets resolves the references of rollout files that this worker may resolve.
	Secrets *secrets.Resolver
	// CAFile is a PEM file with the authorities of the servers' certificates; empty means the system's.
	CAFile string
	// KerberosConfig is the path of the worker's krb5.conf; empty means the usual one.
	KerberosConfig string
	// Receivers are told of events; nil tells nobody.
	Receivers *notify.Receivers
	// Site is the site that this worker serves, for KeepRunbook.
	Site string
	// Runbook renders what is left to do by hand, for SaveRunbook; nil saves nothing.
	Runbook func(farm.Status) ([]byte, error)
	// RunbookDir is where SaveRunbook writes.
	RunbookDir string
	// InventoryDir is where ReadClients finds inventories of clients; empty: nowhere.
	InventoryDir string
	// EvidenceKey signs evidence, and AskRun asks for what it is compared with; without them nothing is signed.
	EvidenceKey *evidence.Key
	AskRun      AskRun
	Logger      *slog.Logger
}

// Activities holds what the activities need. Its methods are the activities; workflows name them through
// a nil pointer.
type Activities struct {
	opts Options
}

// New returns the activities of one worker.
func New(o Options) *Activities {
	if o.Logger == nil {
		o.Logger = slog.Default()
	}
	if o.Secrets == nil {
		o.Secrets = secrets.NewResolver(nil)
	}
	return &Activities{opts: o}
}

// ServerTarget is one Windows server and the accounts to use on it. It carries references to passwords.
type ServerTarget struct {
	Farm    string          `json:"farm"`
	Server  farm.Server     `json:"server"`
	Connect farm.Credential `json:"connect"`
	RunAs   farm.Credential `json:"run_as"`
}

// SQLTarget is one SQL Server and the account to use on it.
type SQLTarget struct {
	Farm    string          `json:"farm"`
	Server  farm.SQLServer  `json:"server"`
	Connect farm.Credential `json:"connect"`
}

// host opens a server; nothing is sent yet.
func (a *Activities) host(t ServerTarget) (*winhost.Host, error) {
	password, keytab, err := a.account(t.Connect)
	if err != nil {
		return nil, configFailure(t.Server.Name, err)
	}
	h, err := winhost.New(winhost.Options{
		Server: t.Server, User: t.Connect.User, Password: password, Keytab: keytab, CAFile: a.opts.CAFile, KerberosConfig: a.opts.KerberosConfig,
	})
	if err != nil {
		return nil, fail(t.Server.Name, "", err)
	}
	return h, nil
}

// sql opens a SQL Server; nothing is sent yet.
func (a *Activities) sql(t SQLTarget) (*mssql.Server, error) {
	password, keytab, err := a.account(t.Connect)
	if err != nil {
		return nil, configFailure(t.Server.Name, err)
	}
	s, err := mssql.Open(mssql.Options{
		Server: t.Server, User: t.Connect.User, Password: password, Keytab: keytab, CAFile: a.opts.CAFile, KerberosConfig: a.opts.KerberosConfig,
		Application: "farmhand",
	})
	if err != nil {
		return nil, fail(t.Server.Name, "", err)
	}
	return s, nil
}
