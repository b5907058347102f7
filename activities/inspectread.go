package activities

import (
	"slices"
	"strings"
	"time"

	"farmhand/internal/farm"
	"farmhand/scripts"
)

// read takes what inspect.ps1 answered; asked and answered are when, by our clock. An answer that lacks what later checks
// stand on is an error that names the field, never a fact.
func (in *inspection) read(records []scripts.Record, asked, answered time.Time) error {
	f := &in.facts
	for _, r := range records {
		switch r.Kind {
		case "os":
			f.OSVersion, f.Caption = r.Get("version"), r.Get("caption")
			f.Architecture = farm.Architecture(r.Get("architecture"))
			var err error
			if f.Boot, err = r.Time("boot"); err != nil {
				return err
			}
			f.Computer = r.Get("computer")
			now, err := r.Time("now")
			if err != nil {
				return err
			}
			f.ClockOffset = clockOffset(asked, answered, now)
		case "host":
			f.PowerShell = r.Get("powershell")
		case "account":
			f.Account, f.Administrator = r.Get("user"), r.Bool("administrator")
		case "drive":
			free, err := r.Int("free_mb")
			if err != nil {
				return err
			}
			size, err := r.Int("size_mb")
			if err != nil {
				return err
			}
			f.Drives = append(f.Drives, farm.Drive{Name: r.Get("name"), FreeMB: int(free), SizeMB: int(size)})
		case "folder":
			switch r.Get("name") {
			case "temp":
				f.TempFolder = r.Get("path")
			case "system":
				f.SystemFolder = r.Get("path")
			}
		case "pending":
			f.PendingReboot = append(f.PendingReboot, r.Get("source"))
		case "updates":
			f.Updates = farm.UpdateFacts{
				Off: r.Get("noautoupdate") == "1", Policy: updateOption(r.Get("policy")), Local: updateOption(r.Get("local")), Source: r.Get("source"),
			}
		case "language":
			lcid, err := r.Int("lcid")
			if err != nil {
				return err
			}
			f.Languages = append(f.Languages, int(lcid))
		case "wss":
			f.SharePoint = true
			f.LanguagePackPending = isSet(r.Get("languagepack"))
			f.ServerRole, f.SetupType, f.Hive = r.Get("serverrole"), r.Get("setuptype"), strings.TrimRight(r.Get("path"), `\`)
			if v := r.Get("version"); v != "" {
				version, err := farm.ParseVersion(v)
				if err != nil {
					return &scripts.FieldError{Record: r.Kind, Field: "version", Value: v, Want: "a version"}
				}
				f.Version = version
			}
		}
	}
	slices.Sort(f.Languages)
	return nil
}
