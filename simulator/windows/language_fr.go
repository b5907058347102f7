package windows

// frenchTexts are the labels of French Windows, by the English ones. Those of sc.exe, and the line about NET
// HELPMSG, are from captures; the others are as administrators remember them, and no program may rely on
// their words.
var frenchTexts = map[string]string{
	// cmd.exe
	string(fileNotFound):   "Le fichier spécifié est introuvable.",
	string(pathNotFound):   "Le chemin d'accès spécifié est introuvable.",
	string(accessIsDenied): "Accès refusé.",
	string(syntaxIsWrong):  "La syntaxe de la commande n'est pas correcte.",
	string(diskIsFull):     "Espace insuffisant sur le disque.",
	"File Not Found":       "Fichier introuvable",
	"'%s' is not recognized as an internal or external command,\noperable program or batch file.\n": "'%s' n'est pas reconnu en tant que commande interne\nou externe, un programme exécutable ou un fichier de commandes.\n", //nolint:misspell // French
	"A subdirectory or file %s already exists.":                                                     "Un sous-répertoire ou un fichier %s existe déjà.",
	"The directory name is invalid.":                                                                "Nom de répertoire non valide.",
	"The directory is not empty.":                                                                   "Le répertoire n'est pas vide.",
	"Could Not Find %s":                                                                             "Impossible de trouver %s",
	"Environment variable %s not defined":                                                           "La variable d'environnement %s n'est pas définie",
	"%9d file(s) copied.\n":                                                                         "%9d fichier(s) copié(s).\n",
	"\nMicrosoft Windows [Version %s]\n":                                                            "\nMicrosoft Windows [version %s]\n",
	"Active code page: %d\n":                                                                        "Page de codes active : %d\n",
	"The command line is too long.":                                                                 "La ligne de commande est trop longue.",
	"%16d File(s) %14s bytes\n%16d Dir(s) %15s bytes free\n":                                        "%16d fichier(s) %14s octets\n%16d Rép(s) %15s octets libres\n",
	" Volume in drive %s has no label.\n Volume Serial Number is 7C3A-19D2\n\n Directory of %s\n\n": " Le volume dans le lecteur %s n'a pas de nom.\n Le numéro de série du volume est 7C3A-19D2\n\n Répertoire de %s\n\n",

	dirTime: "02/01/2006  15:04",

	// sc.exe
	"[SC] %s FAILED %d:\n\n%s\n\n":          "[SC] %s échec(s) %d :\n\n%s\n\n",
	"[SC] %s SUCCESS\n\nSERVICE_NAME: %s\n": "[SC] %s réussi(e)(s)\n\nSERVICE_NAME: %s\n",
	"[SC] ChangeServiceConfig SUCCESS\n":    "[SC] ChangeServiceConfig réussi(e)(s)\n",
	scTexts[scNoSuchService]:                "Le service spécifié n'existe pas en tant que service installé.",
	scTexts[scNotActive]:                    "Le service n'a pas été démarré.",
	scTexts[scAlreadyRunning]:               "Une instance du service s'exécute déjà.",
	scTexts[scDisabled]:                     "Le service ne peut pas être démarré parce qu'il est désactivé ou qu'aucun périphérique activé ne lui est associé.",

	// net.exe
	"The %s service is starting.\nThe %s service was started successfully.\n\n":                                           "Le service %s démarre.\nLe service %s a démarré.\n\n",
	"The %s service is stopping.\nThe %s service was stopped successfully.\n\n":                                           "Le service %s s'arrête.\nLe service %s a été arrêté.\n\n",
	"The %s service is stopping.\n":                                                                                       "Le service %s s'arrête.\n",
	"The %s service could not be stopped." + netMore:                                                                      "Le service %s n'a pas pu être arrêté.\n\nVous obtiendrez une aide supplémentaire en entrant NET HELPMSG %d.\n",
	"The %s service is not started." + netMore:                                                                            "Le service %s n'est pas lancé.\n\nVous obtiendrez une aide supplémentaire en entrant NET HELPMSG %d.\n",
	"The service name is invalid." + netMore:                                                                              "Le nom de service n'est pas valide.\n\nVous obtiendrez une aide supplémentaire en entrant NET HELPMSG %d.\n",
	"The requested service has already been started." + netMore:                                                           "Le service demandé a déjà été démarré.\n\nVous obtiendrez une aide supplémentaire en entrant NET HELPMSG %d.\n",
	"The following services are dependent on the %s service.\nStopping the %s service will also stop these services.\n\n": "Les services suivants dépendent du service %s.\nL'arrêt du service %s arrêtera aussi ces services.\n\n",
	"Do you want to continue this operation? (Y/N) [N]: ":                                                                 "Voulez-vous continuer cette opération ? (O/N) [N] : ",
	"These Windows services are started:\n\n":                                                                             "Les services Windows suivants ont démarré :\n\n",
	"\nThe command completed successfully.\n\n":                                                                           "\nLa commande s'est terminée correctement.\n\n",

	// reg.exe
	"ERROR: The system was unable to find the specified registry key or value.":   "ERREUR : le système n'a pas trouvé la clé ou la valeur de Registre spécifiée.",
	"\nError:  The system was unable to find the specified registry key or value": "\nErreur : le système n'a pas trouvé la clé ou la valeur de Registre spécifiée",

	// schtasks.exe
	taskFileNotFound: "ERREUR : Le fichier spécifié est introuvable.",
	"ERROR: The specified task name \"%s\" does not exist in the system.":                                                                                              "ERREUR : le nom de tâche spécifié \"%s\" n'existe pas dans le système.",
	"ERROR: The user name or password is incorrect.":                                                                                                                   "ERREUR : Nom d'utilisateur ou mot de passe incorrect.",
	"SUCCESS: The scheduled task \"%s\" has successfully been created.\n":                                                                                              "Opération réussie : la tâche planifiée \"%s\" a été correctement créée.\n",
	"SUCCESS: Attempted to run the scheduled task \"%s\".\n":                                                                                                           "Opération réussie : tentative d'exécution de la tâche planifiée \"%s\".\n",
	"SUCCESS: The scheduled task \"%s\" was successfully deleted.\n":                                                                                                   "Opération réussie : la tâche planifiée \"%s\" a été supprimée.\n",
	"SUCCESS: The scheduled task \"%s\" has been terminated successfully.\n":                                                                                           "Opération réussie : la tâche planifiée \"%s\" a été arrêtée.\n",
	"\nWARNING: The Scheduled task \"%s\" has been created, but may not run because\nthe account information could not be set.\n":                                      "\nAVERTISSEMENT : la tâche planifiée \"%s\" a été créée, mais risque de ne pas s'exécuter car\nles informations de compte n'ont pas pu être définies.\n",
	"Please enter the run as password for %s: ":                                                                                                                        "Entrez le mot de passe d'exécution de %s : ",
	"WARNING: Are you sure you want to remove the task \"%s\" (Y/N)? ":                                                                                                 "AVERTISSEMENT : voulez-vous vraiment supprimer la tâche \"%s\" (O/N) ? ",
	"WARNING: The task name \"%s\" already exists. Do you want to replace it (Y/N)? ":                                                                                  "AVERTISSEMENT : le nom de tâche \"%s\" existe déjà. Voulez-vous le remplacer (O/N) ? ",
	"INFO: There are no scheduled tasks present in the system.\n":                                                                                                      "INFORMATION : aucune tâche planifiée n'est présente sur le système.\n",
	"\nTaskName                             Next Run Time            Status         \n==================================== ======================== ===============\n": "\nNom de la tâche                      Prochaine exécution      Statut         \n==================================== ======================== ===============\n",

	// cacls.exe and icacls.exe
	"Are you sure (Y/N)?":      "Êtes-vous sûr (O/N) ?",
	"processed dir: %s\n":      "répertoire traité : %s\n",
	"Invalid parameter \"%s\"": "Paramètre non valide \"%s\"",
	"No mapping between account names and security IDs was done.": "Le mappage entre les noms de compte et les ID de sécurité n'a pas été effectué.",

	// the rest
	"ERROR: The process \"%s\" not found.":                                            "ERREUR : le processus \"%s\" est introuvable.",
	"SUCCESS: The process with PID %d has been terminated.\n":                         "Opération réussie : le processus avec PID %d a été arrêté.\n",
	"A system shutdown is in progress.(1115)":                                         "Un arrêt du système est en cours.(1115)",
	"processed file: %s\nSuccessfully processed 1 files; Failed processing 0 files\n": "fichier traité : %s\n1 fichiers correctement traités ; échec du traitement de 0 fichiers\n",
}

// frenchServices are the long names of Windows' own services. SharePoint's are those of SharePoint's language,
// which is another matter.
var frenchServices = map[string]string{
	"World Wide Web Publishing Service":         "Service de publication World Wide Web",
	"Windows Process Activation Service":        "Service d'activation des processus Windows",
	"IIS Admin Service":                         "Service d'administration IIS",
	"HTTP SSL":                                  "HTTP SSL",
	"Task Scheduler":                            "Planificateur de tâches",
	"Windows Management Instrumentation":        "Infrastructure de gestion Windows",
	"Windows Remote Management (WS-Management)": "Gestion à distance de Windows (Gestion WSM)",
	"Windows Installer":                         "Windows Installer",
	"Windows Update":                            "Windows Update",
}
