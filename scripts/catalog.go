package scripts

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"slices"
)

//go:embed *.ps1 *.cmd
var files embed.FS

// Script is one embedded file.
type Script struct {
	// Name is the file's name, such as services.ps1.
	Name string
	// Text is the file as embedded.
	Text string
	// SHA256 of Text in lower-case hex.
	SHA256 string
}

// The scripts. The comment of each names its parameters and the records it answers with.
var (
	// Bootstrap runs any other script; see the package comment.
	Bootstrap = load("bootstrap.ps1")

	// Run is the wrapper of a detached job (run.cmd beside command.cmd in the job's folder).
	Run = load("run.cmd")

	// BootTime: no parameters.
	//	boot  time= now=
	BootTime = load("boot-time.ps1")

	// LocalNames: no parameters.
	//	names  system=SYSTEM administrators=Administrators language=1033       as this Windows calls them
	LocalNames = load("local-names.ps1")

	// Inspect reads what preflight wants to know of one server. Parameters: none.
	//	os       version=5.2.3790 caption= servicepack=2 architecture=x86|x64 language=1033 boot= now= computer= domain=
	//	host     powershell=2.0 clr=2.0.50727.x codepage=437 memory_mb= stack=
	//	account  user=DOMAIN\user administrator=true elevated=true
	//	drive    name=C: free_mb= size_mb=              one per fixed drive
	//	folder   name=temp path=                        also: common (Common Program Files), system
	//	pending  source=                                one per reason for a pending reboot; none when none
	//	updates  noautoupdate=1 policy=4 local=4 source=http://wsus
	//	         Automatic Updates: NoAutoUpdate and AUOptions of the policy, AUOptions of the local setting, the WSUS
	//	         server where the policy names one; a missing value is an empty field
	//	wss      serverrole= setuptype= version= languagepack= configdb= path=
	//	         registry of ...\12.0\WSS, ...\12.0 (Version, Location as path: the "12 hive"), ...\12.0\Secure\ConfigDB (dsn);
	//	         a missing value is an empty field; no wss record when the key is missing
	//	language lcid=1033                              one per language of SharePoint: the base language and each language pack
	Inspect = load("inspect.ps1")

	// Services: no parameters; every service of the server.
	//	service  name=W3SVC display= state=Running|Stopped|... start=Auto|Auto Delayed|Manual|Disabled path= account= pid=
	Services = load("services.ps1")

	// Products lists Office server products and patches from the Windows Installer registry.
	//	product  code= name= version=
	//	patch    product= code= name= state=          state: 1 applied, 2 superseded, 4 obsolete, 8 registered
	//	file     path= version=                       Mssearch.exe and OWSSVR.DLL of the 12 hive, where present
	Products = load("products.ps1")

	// FileHash: parameter Paths, separated by "|".
	//	file  path= exists=true size= sha256= algorithm=SHA-256|SHA-1 hash= error= zone= version=
	//
	// algorithm is the strongest that the server computes (FIPS policy), sha256 is filled by SHA-256 alone; error says
	// why there is no hash. zone is the ZoneId of Zone.Identifier, empty when not blocked.
	FileHash = load("file-hash.ps1")

	// Signature: parameter Paths, separated by "|".
	//	signature  path= status=Valid|HashMismatch|NotSigned|... signer=SUBJECT   of the Authenticode signature
	Signature = load("signature.ps1")

	// Pull copies packages from a share. It runs as a detached job under the setup account. Its parameters, in
	// order: MODE (missing or again), SOURCE, FOLDER and one or more NAMEs. It prints words for people; its exit code
	// is one of the Pull constants.
	Pull = load("pull.cmd")

	// Download copies packages from a Web server. It runs as a detached job under the setup account. Parameters: Mode
	// (missing or again), Url, Folder, Names (separated by "|"). Its exit code is one of the Pull constants.
	//	pulled  name= size= copied=true
	Download = load("download.ps1")

	// Processes: no parameters.
	//	process  pid= parent= image=psconfig.exe command= user= started=
	Processes = load("processes.ps1")

	// JobState: parameter Folder (a job's folder).
	//	job   exists=true started=true exit= output=BYTES processes=N   exit: content of exit.txt, empty when none; processes whose command line names the folder
	//	boot  time= now=
	JobState = load("job-state.ps1")

	// PutFile writes a file. Parameter Path; standard input is the content in base64 lines. Folders must exist.
	// An existing file with the same content is left alone; with another content it is replaced.
	//	file  path= size= sha256= algorithm=SHA-256|SHA-1 hash=       of the file as it lies there; as FileHash
	PutFile = load("put-file.ps1")

	// RegisterTask registers a task with a password logon through Schedule.Service (Windows Server 2008 and
	// later). Parameters: Name, User, Command (the full path of run.cmd); standard input: the password in base64 of UTF-8, one line.
	//	task  name= registered=true user=
	// A refusal of the account is the record "refused hresult=0x8007052E text=".
	RegisterTask = load("register-task.ps1")

	// ReadLog reads a log file from an offset. Parameters: Path, or Folder and Pattern (the newest file that
	// matches, written since Since in UTC); Offset in bytes (negative: from the end); MaxBytes.
	//	log   path= exists=true size= offset= next=
	//	line  text=                                    as many as fit, in order
	ReadLog = load("read-log.ps1")

	// Probe runs as a detached job under the setup account. Parameters: SqlServers (separated by "|",
	// server,port), Paths (separated by "|").
	//	identity  user=DOMAIN\user administrator=true elevated=true logon=batch
	//	profile   path= loaded=true
	//	sql       server= ok=true sysadmin=true error=       sysadmin: the login is a member of that role
	//	path      path= readable=true error=
	Probe = load("probe.ps1")

	// Farm runs as a detached job under the setup account on the host of Central Administration: what the
	// farm says of itself, from the SharePoint object model. Parameters: none.
	//	farm      name=SharePoint_Config version=12.0.0.6219 account= central_pool=
	//	server    name= address= role= needs_upgrade=true
	//	instance  server= type= status=Online|Disabled         service instances (Central Administration, Web application, ...)
	//	webapp    name= url= pool= central=true|false
	//	site      webapp= path=   (the folder of one of its sites)
	//	database  name= server= type= needs_upgrade=false
	// A failure is one record: error text=
	Farm = load("farm.ps1")

	// ContentDatabases runs as a detached job under the setup account on the host of Central Administration: the content
	// databases of the farm, from the SharePoint object model. Parameters: none.
	//	content  name= server= url= central=true|false id= status=Online|Disabled warning= max= sites= search=
	// A failure is one record: error text=
	ContentDatabases = load("content-databases.ps1")

	// UpgradeJobs runs as a detached job under the setup account on the host of Central Administration: the
	// upgrade timer jobs that wait or run. Parameter Classes: class names of upgrade jobs, separated by "|".
	//	job   name=job-upgrade server= state=waiting|running
	//	jobs  definitions=                                     how many definitions of any class the timer service has
	// A failure is one record: error text=
	UpgradeJobs = load("upgrade-jobs.ps1")

	// ConfigCache tells where the timer service's copy of the configuration lies. Parameters: none.
	//	cache  path= current=true stamp= files=                one per folder; stamp: content of cache.ini; files: XML files
	//	root   path= exists=true
	ConfigCache = load("config-cache.ps1")

	// WarmUp sends one request to this server for a Web application. Parameter Urls, separated by "|".
	//	response  url= status=200 error=
	WarmUp = load("warm-up.ps1")

	// SmokeTest asks this server for one page. Parameters Url; Expect, a text the page must hold (empty: any page).
	//	page  url= status=200 found=true length= title= by_name=false error=
	SmokeTest = load("smoke-test.ps1")

	// Lease takes or gives back the farm's lease file on the host of Central Administration. Parameters: Path,
	// Owner, Action (acquire or release). Acquire succeeds when there is no file or Owner holds it already.
	//	lease  held=true owner= since=
	Lease = load("lease.ps1")
)

// How pull.cmd and download.ps1 end.
const (
	PullDone       = 0 // every file is there
	PullUnreadable = 2 // the source cannot be read, or has no such file
	PullNoFolder   = 3 // the folder on this server cannot be made
	PullEndedEarly = 4 // a copy broke off, or the file cannot be written
)

// What pull.cmd and download.ps1 copy.
const (
	PullMissing = "missing" // what is not there with the source's size
	PullAgain   = "again"   // everything
)

// All lists every embedded file, sorted by name.
func All() []Script {
	all := []Script{
		Bootstrap, Run, BootTime, Inspect, Services, Products, FileHash, Signature, Pull, Download, Processes, JobState, PutFile,
		RegisterTask, ReadLog, LocalNames, Probe, Farm, WarmUp, SmokeTest, Lease,
		ContentDatabases,
		UpgradeJobs, ConfigCache,
	}
	slices.SortFunc(all, func(a, b Script) int {
		switch {
		case a.Name < b.Name:
			return -1
		case a.Name > b.Name:
			return 1
		}
		return 0
	})
	return all
}

// ByHash returns the script whose text has this SHA-256 (lower-case hex).
func ByHash(sha256hex string) (Script, bool) {
	all := All()
	i := slices.IndexFunc(all, func(s Script) bool { return s.SHA256 == sha256hex })
	if i < 0 {
		return Script{}, false
	}
	return all[i], true
}

// Hash returns the SHA-256 of a text as Script.SHA256 spells it.
func Hash(text string) string {
	sum := sha256.Sum256([]byte(text))
	return hex.EncodeToString(sum[:])
}

func load(name string) Script {
	b, err := files.ReadFile(name)
	if err != nil {
		panic("scripts: " + err.Error()) // the embed directive above guarantees the file
	}
	return Script{Name: name, Text: string(b), SHA256: Hash(string(b))}
}
