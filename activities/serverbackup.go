package activities

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
)

// ServerBackupRequest asks for a copy of what a package changes on one server, besides its programs.
type ServerBackupRequest struct {
	ServerTarget
	Job  string            `json:"job"`
	Keep farm.ServerBackup `json:"keep"`
	// Folder is where it is kept on the server: no other run's.
	Folder string `json:"folder"`
	// Name is unique for each try: IIS refuses a second backup of one name, and reg.exe asks before it overwrites.
	Name string `json:"name"`
	// Hive is the server's 12 hive, OSVersion its Windows.
	Hive      string `json:"hive"`
	OSVersion string `json:"os_version"`
	// Sites are the folders that may hold a web.config; those that are not on this server are left out.
	Sites []string `json:"sites,omitempty"`
}

// ServerBackupStart is the job that copies, and what it keeps.
type ServerBackupStart struct {
	Job JobRef `json:"job"`
	// Files prove, one each, that a part was kept.
	Files []string `json:"files"`
	Kept  []string `json:"kept"`
}

// sharePointKey is SharePoint 2007's registry key.
const sharePointKey = `HKLM\SOFTWARE\Microsoft\Shared Tools\Web Server Extensions\12.0`

// excludeFile lies beside the job and names what xcopy leaves out. Logs are open for writing and cannot be
// copied; the update's own are read where they are.
const excludeFile = "exclude.txt"

// serverCopy puts together the commands of a server's backup.
type serverCopy struct {
	ServerBackupRequest
	commands, files, kept []string
}

// keep adds commands and the file that proves them.
func (c *serverCopy) keep(what, file string, commands ...string) {
	c.commands = append(c.commands, commands...)
	c.files, c.kept = append(c.files, file), append(c.kept, what)
}

// settings keep SharePoint's registry key and the configuration of IIS: a backup of IIS's own making, which
// its own command restores, and a copy of that in the folder.
func (c *serverCopy) settings() {
	key := c.Folder + `\` + c.Name + ".reg"
	c.keep("registry key 12.0", key, `reg export "`+sharePointKey+`" "`+key+`"`)
	if oldIIS(c.OSVersion) {
		c.keep("IIS metabase", c.Folder+`\iis\`+c.Name+".MD0",
			`cscript //nologo "%windir%\system32\iisback.vbs" /backup /b "`+c.Name+`"`,
			`xcopy "%windir%\system32\inetsrv\MetaBack\`+c.Name+`.*" "`+c.Folder+`\iis" /I /H /K /Y /Q`)
		return
	}
	c.keep("IIS configuration", c.Folder+`\iis\`+c.Name+`\applicationHost.config`,
		`"%windir%\system32\inetsrv\appcmd.exe" add backup "`+c.Name+`"`,
		`xcopy "%windir%\system32\inetsrv\backup\`+c.Name+`" "`+c.Folder+`\iis\`+c.Name+`" /E /I /H /K /Y /Q`)
}

// site keeps the web.config of one site.
func (c *serverCopy) site(n int, path string) {
	folder := fmt.Sprintf(`%s\web.config\%d`, c.Folder, n)
	c.keep(path+`\web.config`, folder+`\web.config`, `xcopy "`+path+`\web.config" "`+folder+`" /I /H /K /Y /Q`)
}

// hive keeps the 12 hive with its attributes and access lists.
func (c *serverCopy) hive() {
	hive := strings.TrimRight(c.Hive, `\`)
	c.keep("12 hive without LOGS", c.Folder+`\hive\BIN\stsadm.exe`,
		`xcopy "`+hive+`" "`+c.Folder+`\hive" /E /I /H /K /O /Y /Q /EXCLUDE:`+excludeFile)
}

// oldIIS reports whether a Windows has IIS 6, whose settings are a metabase: Windows Server 2003.
func oldIIS(osVersion string) bool { return strings.HasPrefix(osVersion, "5.") }

// StartServerBackup starts a detached job that keeps a server's settings and its 12 hive in a closed folder:
// only commands an administrator would type, one after the other, ended by the first that fails. Nothing is
// downloaded.
func (a *Activities) StartServerBackup(ctx context.Context, r ServerBackupRequest) (ServerBackupStart, error) {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return ServerBackupStart{}, err
	}
	_, stop := keepBeating(ctx, "preparing the backup of "+r.Server.Name)
	defer stop()
	if err := r.check(); err != nil {
		return ServerBackupStart{}, err
	}
	c := serverCopy{ServerBackupRequest: r}
	if r.Keep.Configuration {
		c.settings()
		for i, path := range r.Sites {
			there, err := exists(ctx, h, path+`\web.config`)
			if err != nil {
				return ServerBackupStart{}, fail(r.Server.Name, farm.StepBackupServer, err)
			}
			if there {
				c.site(i+1, path)
			}
		}
	}
	if r.Keep.Hive {
		c.hive()
	}
	if err := h.MakeClosedFolder(ctx, r.Folder, r.RunAs.User); err != nil {
		return ServerBackupStart{}, fail(r.Server.Name, farm.StepBackupServer, err)
	}
	ref, err := a.start(ctx, r.ServerTarget, farm.StepBackupServer, r.Job, `cmd /c "`+strings.Join(c.commands, " && ")+`"`,
		map[string][]byte{excludeFile: []byte(`\LOGS\` + "\r\n")})
	return ServerBackupStart{Job: ref, Files: c.files, Kept: c.kept}, err
}

// check refuses names that would not stay one argument. The folders of sites come from the host of Central
// Administration and are commands on every front-end.
func (r ServerBackupRequest) check() error {
	texts := append([]string{r.Folder, r.Name}, r.Sites...)
	if r.Keep.Hive {
		texts = append(texts, r.Hive)
	}
	return standInCommand(r.Server.Name, farm.StepBackupServer, texts...)
}

// ServerBackupProof asks whether the files are there.
type ServerBackupProof struct {
	ServerTarget
	Files []string `json:"files"`
}

// ProveServerBackup looks for the files that a server's backup must have left.
func (a *Activities) ProveServerBackup(ctx context.Context, r ServerBackupProof) error {
	h, err := a.host(r.ServerTarget)
	if err != nil {
		return err
	}
	_, stop := keepBeating(ctx, "looking at the backup of "+r.Server.Name)
	defer stop()
	if there, err := exists(ctx, h, r.Files...); err != nil || there {
		return fail(r.Server.Name, farm.StepBackupServer, err)
	}
	for _, file := range r.Files {
		there, err := exists(ctx, h, file)
		if err != nil {
			return fail(r.Server.Name, farm.StepBackupServer, err)
		}
		if !there {
			return failf(farm.FailureNotProven, r.Server.Name, farm.StepBackupServer, "the backup of the server lacks "+file, "look at the folder, then retry")
		}
	}
	return nil
}

// looksAtOnce is how many files one command line asks for: paths of 260 characters stay well below what cmd.exe takes.
const looksAtOnce = 20

// exists asks dir whether all of some files are there: its exit code needs no translation.
func exists(ctx context.Context, h *winhost.Host, paths ...string) (bool, error) {
	for some := range slices.Chunk(paths, looksAtOnce) {
		var looks []string
		for _, path := range some {
			argument, err := winhost.Quoted(path)
			if err != nil {
				return false, err
			}
			looks = append(looks, "dir /b /a "+argument)
		}
		if r, err := h.Command(ctx, strings.Join(looks, " && ")); err != nil || r.Exit != 0 {
			return false, err
		}
	}
	return true, nil
}
