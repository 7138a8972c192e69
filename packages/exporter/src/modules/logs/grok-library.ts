const hexGroup = "[0-9A-Fa-f]{1,4}";
const octet = "(?:25[0-5]|2[0-4][0-9]|1[0-9]{2}|[1-9]?[0-9])";
const dotted = `${octet}(?:\\.${octet}){3}`;

/** Addresses by the number of groups before `::`; behind it as many as are left. */
const shortened = Array.from({ length: 8 }, (_, i) => {
  const before = i === 0 ? "" : `${hexGroup}(?::${hexGroup}){${i - 1}}`;
  return i === 7 ? `${before}::` : `${before}::(?:${hexGroup}(?::${hexGroup}){0,${6 - i}})?`;
});

/**
 * The patterns that grok's users know by these names. They are ours, take linear time wherever they stand, and look neither
 * ahead nor behind: where others do, as for `INT`, the text around has to hold them.
 */
export const grokLibrary: ReadonlyMap<string, string> = new Map(
  Object.entries({
    // Words and numbers.
    USERNAME: "[A-Za-z0-9._-]+",
    USER: "%{USERNAME}",
    INT: "[+-]?[0-9]+",
    BASE10NUM: "[+-]?(?:[0-9]+(?:\\.[0-9]*)?|\\.[0-9]+)",
    NUMBER: "%{BASE10NUM}(?:[eE][+-]?[0-9]+)?",
    BASE16NUM: "[+-]?(?:0x)?[0-9A-Fa-f]+",
    BASE16FLOAT: "[+-]?(?:0x)?(?:[0-9A-Fa-f]+(?:\\.[0-9A-Fa-f]*)?|\\.[0-9A-Fa-f]+)",
    POSINT: "[1-9][0-9]*",
    NONNEGINT: "[0-9]+",
    BOOLEAN: "(?i:true|false)",
    WORD: "\\b\\w+\\b",
    NOTSPACE: "\\S+",
    SPACE: "\\s*",
    DATA: ".*?",
    GREEDYDATA: ".*",
    GREEDYMULTILINE: "[\\s\\S]*",
    QUOTEDSTRING: "\"(?:[^\"\\\\]|\\\\.)*\"|'(?:[^'\\\\]|\\\\.)*'|`(?:[^`\\\\]|\\\\.)*`",
    QS: "%{QUOTEDSTRING}",
    UUID: "[0-9A-Fa-f]{8}-(?:[0-9A-Fa-f]{4}-){3}[0-9A-Fa-f]{12}",
    URN: "urn:[0-9A-Za-z][0-9A-Za-z-]{0,31}:[0-9A-Za-z()+,.:=@;$_!*'/?#%-]+",
    EMAILLOCALPART: "[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}",
    EMAILADDRESS: "%{EMAILLOCALPART}@%{HOSTNAME}",

    // Networks.
    CISCOMAC: "(?:[0-9A-Fa-f]{4}\\.){2}[0-9A-Fa-f]{4}",
    WINDOWSMAC: "(?:[0-9A-Fa-f]{2}-){5}[0-9A-Fa-f]{2}",
    COMMONMAC: "(?:[0-9A-Fa-f]{2}:){5}[0-9A-Fa-f]{2}",
    MAC: "%{CISCOMAC}|%{WINDOWSMAC}|%{COMMONMAC}",
    IPV4: dotted,
    IPV6: `(?:(?:${hexGroup}:){7}${hexGroup}|::(?:[Ff]{4}:)?${dotted}|${shortened.join("|")})(?:%[0-9A-Za-z._-]+)?`,
    IP: "%{IPV4}|%{IPV6}",
    HOSTNAME: "[0-9A-Za-z_][0-9A-Za-z_-]*(?:\\.[0-9A-Za-z_][0-9A-Za-z_-]*)*\\.?",
    HOST: "%{HOSTNAME}",
    IPORHOST: "[0-9A-Za-z_:][0-9A-Za-z_:.%-]*",
    HOSTPORT: "(?:[0-9A-Za-z_][0-9A-Za-z_.-]*|\\[[0-9A-Fa-f:.]+\\]):[0-9]{1,5}",

    // Paths and URIs.
    UNIXPATH: "(?:/[^/\\s\"']*)+",
    WINPATH: "(?:[A-Za-z]:|\\\\)(?:\\\\[^\\\\?*\\r\\n]*)+",
    PATH: "%{UNIXPATH}|%{WINPATH}",
    TTY: "/dev/(?:pts/[0-9]+|tty[A-Za-z0-9]*)",
    URIPROTO: "[A-Za-z][A-Za-z0-9+.-]*",
    URIHOST: "(?:\\[[0-9A-Fa-f:.]+\\]|[0-9A-Za-z_][0-9A-Za-z_.-]*)(?::[0-9]{1,5})?",
    URIPATH: "/[A-Za-z0-9$.+!*'(){},~:;=@#%&_/|-]*",
    URIQUERY: "[A-Za-z0-9$.+!*'|(){},~@#%&/=:;_?\\[\\]<>-]*",
    URIPARAM: "\\?%{URIQUERY}",
    URIPATHPARAM: "%{URIPATH}(?:%{URIPARAM})?",
    URI: '%{URIPROTO}://(?:[^\\s@/?"]+@)?%{URIHOST}(?:%{URIPATHPARAM})?',

    // Dates and times.
    MONTH:
      "[Jj]an(?:uary)?|[Ff]eb(?:ruary)?|[Mm]ar(?:ch)?|[Aa]pr(?:il)?|[Mm]ay|[Jj]une?|[Jj]uly?|[Aa]ug(?:ust)?|[Ss]ep(?:t(?:ember)?)?|[Oo]ct(?:ober)?|[Nn]ov(?:ember)?|[Dd]ec(?:ember)?",
    MONTHNUM: "1[0-2]|0?[1-9]",
    MONTHNUM2: "1[0-2]|0[1-9]",
    MONTHDAY: "3[01]|[12][0-9]|0?[1-9]",
    DAY: "(?:Mon|Tues?|Wed(?:nes)?|Thu(?:rs?)?|Fri|Sat(?:ur)?|Sun)(?:day)?",
    YEAR: "[0-9]{4}|[0-9]{2}",
    HOUR: "2[0-3]|[01]?[0-9]",
    MINUTE: "[0-5][0-9]",
    SECOND: "(?:60|[0-5]?[0-9])(?:[:.,][0-9]+)?",
    TIME: "%{HOUR}:%{MINUTE}(?::%{SECOND})?",
    DATE_US: "%{MONTHNUM}[/-]%{MONTHDAY}[/-]%{YEAR}",
    DATE_EU: "%{MONTHDAY}[./-]%{MONTHNUM}[./-]%{YEAR}",
    ISO8601_TIMEZONE: "Z|[+-]%{HOUR}(?::?%{MINUTE})?",
    ISO8601_SECOND: "%{SECOND}",
    ISO8601_HOUR: "2[0-3]|[01][0-9]",
    TIMESTAMP_ISO8601: "[0-9]{4}-%{MONTHNUM}-%{MONTHDAY}[T ]%{HOUR}:?%{MINUTE}(?::?%{SECOND})?(?:%{ISO8601_TIMEZONE})?",
    DATE: "%{DATE_US}|%{DATE_EU}",
    DATESTAMP: "%{DATE}[- ]%{TIME}",
    TZ: "[A-Z]{3,4}",
    DATESTAMP_RFC822: "%{DAY} %{MONTH} %{MONTHDAY} %{YEAR} %{TIME} %{TZ}",
    DATESTAMP_RFC2822: "%{DAY}, %{MONTHDAY} %{MONTH} %{YEAR} %{TIME} %{ISO8601_TIMEZONE}",
    DATESTAMP_OTHER: "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{TZ} %{YEAR}",
    DATESTAMP_EVENTLOG: "[0-9]{14}",
    HTTPDATE: "%{MONTHDAY}/%{MONTH}/%{YEAR}:%{TIME} %{INT}",
    HTTPDERROR_DATE: "%{DAY} %{MONTH} %{MONTHDAY} %{TIME} %{YEAR}",
    UNIXTIME: "[0-9]{9,11}(?:\\.[0-9]+)?",

    // Logs.
    LOGLEVEL:
      "(?i:alert|trace|debug|notice|info(?:rmation)?|warn(?:ing)?|err(?:or)?|crit(?:ical)?|fatal|severe|emerg(?:ency)?)",
    SYSLOGTIMESTAMP: "%{MONTH} +%{MONTHDAY} %{TIME}",
    PROG: "[!-Z\\\\^-~]+",
    SYSLOGPROG: "%{PROG:program}(?:\\[%{POSINT:pid}\\])?",
    SYSLOGHOST: "%{IPORHOST}",
    SYSLOGFACILITY: "<%{NONNEGINT:facility}\\.%{NONNEGINT:priority}>",
    SYSLOGBASE:
      "(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} %{SYSLOGPROG}:",
    SYSLOGBASE2:
      "(?:%{SYSLOGTIMESTAMP:timestamp}|%{TIMESTAMP_ISO8601:timestamp}) (?:%{SYSLOGFACILITY} )?%{SYSLOGHOST:logsource} (?:%{SYSLOGPROG}:)?",
    SYSLOGLINE: "%{SYSLOGBASE2} ?%{GREEDYDATA:message}",
    SYSLOG5424PRI: "<%{NONNEGINT:syslog5424_pri}>",
    SYSLOG5424SD: '(?:\\[(?:[^"\\]]|"(?:[^"\\\\]|\\\\.)*")*\\])+',
    SYSLOG5424BASE:
      "%{SYSLOG5424PRI}%{NONNEGINT:syslog5424_ver} (?:%{TIMESTAMP_ISO8601:syslog5424_ts}|-) (?:%{IPORHOST:syslog5424_host}|-) (?:-|%{NOTSPACE:syslog5424_app}) (?:-|%{NOTSPACE:syslog5424_proc}) (?:-|%{NOTSPACE:syslog5424_msgid}) (?:-|%{SYSLOG5424SD:syslog5424_sd})",
    SYSLOG5424LINE: "%{SYSLOG5424BASE} %{GREEDYDATA:syslog5424_msg}",
    HTTPDUSER: '[^\\s"]+',
    COMMONAPACHELOG:
      '%{IPORHOST:clientip} %{HTTPDUSER:ident} %{HTTPDUSER:auth} \\[(?<timestamp>[^\\]]+)\\] "(?:(?<verb>[A-Za-z]+) (?<request>[^ "]+)(?: HTTP/(?<httpversion>[0-9.]+))?|(?<rawrequest>[^"]*))" (?<response>[0-9]+|-) (?<bytes>[0-9]+|-)',
    COMBINEDAPACHELOG: '%{COMMONAPACHELOG} (?<referrer>"(?:[^"\\\\]|\\\\.)*") (?<agent>"(?:[^"\\\\]|\\\\.)*")',
    HTTPD_COMMONLOG: "%{COMMONAPACHELOG}",
    HTTPD_COMBINEDLOG: "%{COMBINEDAPACHELOG}",
    HTTPD20_ERRORLOG:
      "\\[%{HTTPDERROR_DATE:timestamp}\\] \\[%{LOGLEVEL:loglevel}\\] (?:\\[client %{IPORHOST:clientip}\\] )?%{GREEDYDATA:message}",
    HTTPD24_ERRORLOG:
      "\\[%{HTTPDERROR_DATE:timestamp}\\] \\[(?:%{WORD:module})?:%{LOGLEVEL:loglevel}\\] \\[pid %{POSINT:pid}(?::tid %{NUMBER:tid})?\\] (?:\\[client (?<clientip>[^\\] ]+)\\] )?(?:%{WORD:errorcode}: )?%{GREEDYDATA:message}",
    HTTPD_ERRORLOG: "%{HTTPD20_ERRORLOG}|%{HTTPD24_ERRORLOG}",
    NGINXERRORLOG:
      "(?<timestamp>[0-9]{4}/[0-9]{2}/[0-9]{2} [0-9:]{8}) \\[%{LOGLEVEL:loglevel}\\] %{POSINT:pid}#%{NONNEGINT:tid}: (?:\\*%{NONNEGINT:connection} )?%{GREEDYDATA:message}",
    REDISTIMESTAMP: "%{MONTHDAY} %{MONTH} %{YEAR}? ?%{TIME}",
    REDISLOG: "%{POSINT:pid}:(?<role>[XCSM]) %{REDISTIMESTAMP:timestamp} (?<level>[.*#-]) %{GREEDYDATA:message}",
    POSTGRESQL: "%{DATESTAMP:timestamp} %{TZ} %{NOTSPACE:user_id} %{NOTSPACE:connection_id} %{POSINT:pid}",
    JAVACLASS: "(?:[A-Za-z0-9_$]+\\.)*[A-Za-z0-9_$]+",
    JAVAFILE: "[A-Za-z0-9_. -]+",
    JAVAMETHOD: "<(?:cl)?init>|[A-Za-z0-9_$]+",
    JAVASTACKTRACEPART:
      "\\s+at %{JAVACLASS:class}\\.%{JAVAMETHOD:method}\\(%{JAVAFILE:file}(?::%{NONNEGINT:lineno})?\\)",
    CRON_ACTION: "[A-Z ]+",
    CRONLOG: "%{SYSLOGBASE} \\(%{USER:user}\\) %{CRON_ACTION:action} \\(%{DATA:message}\\)",
  }),
);
