"""Who may call what, written by hand. A route that is missing here fails the build (test_access).

One line per method and route: the roles that pass (O owner, W warehouse, S support, A auditor, P partner, `*` for
everybody without a login), the scope of a key that passes (`any` of them, `-` none; `partner:`: it must belong
to a partner's key), and an address to try.
`{…}` are Ada's things, so a line that names one must be "not found" for Cleo's people and keys.
"""

TABLE = """
GET      /                                          *      -                /
GET      /00/<path:rest>                            *      -                /00/{sscc}
OPTIONS  /00/<path:rest>                            *      -                /00/{sscc}
GET      /01/<path:rest>                            *      -                /01/{gtin}
OPTIONS  /01/<path:rest>                            *      -                /01/{gtin}
GET      /253/<path:rest>                           *      -                /253/{gtin}
OPTIONS  /253/<path:rest>                           *      -                /253/{gtin}
GET      /255/<path:rest>                           *      -                /255/{gtin}
OPTIONS  /255/<path:rest>                           *      -                /255/{gtin}
GET      /401/<path:rest>                           *      -                /401/x
OPTIONS  /401/<path:rest>                           *      -                /401/x
GET      /402/<path:rest>                           *      -                /402/x
OPTIONS  /402/<path:rest>                           *      -                /402/x
GET      /414/<path:rest>                           *      -                /414/x
OPTIONS  /414/<path:rest>                           *      -                /414/x
GET      /415/<path:rest>                           *      -                /415/x
OPTIONS  /415/<path:rest>                           *      -                /415/x
GET      /417/<path:rest>                           *      -                /417/x
OPTIONS  /417/<path:rest>                           *      -                /417/x
GET      /8003/<path:rest>                          *      -                /8003/x
OPTIONS  /8003/<path:rest>                          *      -                /8003/x
GET      /8004/<path:rest>                          *      -                /8004/x
OPTIONS  /8004/<path:rest>                          *      -                /8004/x
GET      /8006/<path:rest>                          *      -                /8006/x
OPTIONS  /8006/<path:rest>                          *      -                /8006/x
GET      /8010/<path:rest>                          *      -                /8010/x
OPTIONS  /8010/<path:rest>                          *      -                /8010/x
GET      /8013/<path:rest>                          *      -                /8013/x
OPTIONS  /8013/<path:rest>                          *      -                /8013/x
GET      /8017/<path:rest>                          *      -                /8017/x
OPTIONS  /8017/<path:rest>                          *      -                /8017/x
GET      /8018/<path:rest>                          *      -                /8018/x
OPTIONS  /8018/<path:rest>                          *      -                /8018/x
GET      /event/<path:rest>                         *      -                /event/{event}
GET      /proofs/event                              *      -                /proofs/event?id={event}
GET      /id                                        *      -                /id?uri=urn:x:1
GET      /open                                      *      -                /open?code={gtin}
GET      /theme/<string(length=6):colour>.css       *      -                /theme/0b5d4f.css
GET      /qr.png                                    *      -                /qr.png?key=/01/{gtin}
GET      /qr.svg                                    *      -                /qr.svg?key=/01/{gtin}
GET      /badge/<string(maxlength=18):name>         *      -                /badge/{gtin}.svg
GET      /tools                                     *      -                /tools
POST     /tools                                     *      -                /tools
GET      /.well-known/gs1resolver                   *      -                /.well-known/gs1resolver
GET      /voc/linkset-context.jsonld                *      -                /voc/linkset-context.jsonld
GET      /o/<token>                                 *      -                /o/none
GET      /o/<token>/calendar.ics                    *      -                /o/none/calendar.ics
POST     /o/<token>/push                            *      -                /o/none/push
POST     /o/<token>/push/stop                       *      -                /o/none/push/stop
POST     /hooks/shops/<shop_id>                     *      -                /hooks/shops/none
GET      /u/<token>                                 *      -                /u/none
POST     /u/<token>                                 *      -                /u/none
GET      /track                                     *      -                /track
POST     /track                                     *      -                /track
GET      /act/<token>                               *      -                /act/none
POST     /act/<token>/documents                     *      -                /act/none/documents
POST     /act/<token>/address                       *      -                /act/none/address
GET      /own                                       *      -                /own
POST     /own/open                                  *      -                /own/open
GET      /own/claim                                 *      -                /own/claim?key=/01/{gtin}/21/A1
POST     /own/claim                                 *      -                /own/claim
POST     /own/code                                  *      -                /own/code
GET      /own/<token>                               *      -                /own/none
GET      /own/<token>/file                          *      -                /own/none/file
POST     /own/<token>/<any(pass,handin):what>       *      -                /own/none/pass
POST     /own/<token>/<any(keep,missing,found):what>  *    -                /own/none/keep
GET      /watch                                     *      -                /watch?key=/01/{gtin}
POST     /watch                                     *      -                /watch?key=/01/{gtin}
GET      /watch/confirm/<token>                     *      -                /watch/confirm/none
POST     /watch/confirm/<token>                     *      -                /watch/confirm/none
GET      /watch/stop/<token>                        *      -                /watch/stop/none
POST     /watch/stop/<token>                        *      -                /watch/stop/none
GET      /watch/feed.atom                           *      -                /watch/feed.atom?key=/01/{gtin}
GET      /watch/feed.json                           *      -                /watch/feed.json?key=/01/{gtin}
GET      /score/<slug>                              *      -                /score/none
GET      /score/<slug>/<string(maxlength=5):lane>   *      -                /score/none/CN-DE
GET      /proofs                                    *      -                /proofs?key=/01/{gtin}
GET      /log/<log_key>                             *      -                /log/none
GET      /log/<log_key>/find                        *      -                /log/none/find?q=1
GET      /log/<log_key>/entry/<int(max=9007199254740991):index>  *  -       /log/none/entry/0
GET      /log/<log_key>/entry/<int(max=9007199254740991):index>/proof  *  -  /log/none/entry/0/proof
GET      /log/<log_key>/checkpoint                  *      -                /log/none/checkpoint
GET      /log/<log_key>/tile/<path:tile>            *      -                /log/none/tile/0/000
GET      /healthz                                   *      -                /healthz
GET      /readyz                                    *      -                /readyz
GET      /docs                                      *      -                /docs
GET      /openapi.json                              *      -                /openapi.json
OPTIONS  /openapi.json                              *      -                /openapi.json
GET      /problems/<name>                           *      -                /problems/invalid
GET      /static/<path:filename>                    *      -                /static/wayproof.css
OPTIONS  /static/<path:filename>                    *      -                /static/wayproof.css
GET      /report                                    *      -                /report?key=/01/{gtin}/21/X
POST     /report                                    *      -                /report?key=/01/{gtin}/21/X
POST     /hooks/carriers/<hook_id>                  *      -                /hooks/carriers/none
GET      /login                                     *      -                /login
POST     /login                                     *      -                /login
POST     /logout                                    OWSAP  -                /logout

GET      /demo                                      demo   -                /demo
GET      /demo/mailbox                              demo   -                /demo/mailbox
POST     /demo/steps/<name>                         demo   -                /demo/steps/none

GET      /brand                                     O      -                /brand
POST     /brand/explorer/<choice>                   O      -                /brand/explorer/open
POST     /brand/keys/<key_id>/revoke                O      -                /brand/keys/{key}/revoke
POST     /brand/partners/<partner_id>/signature     O      -                /brand/partners/{partner}/signature
GET      /quality                                   OWSA   -                /quality
POST     /quality/inspections                       OW     -                /quality/inspections
POST     /quality/<act>                             O      -                /quality/days
GET      /quality/files/<digest>                    OWSA   -                /quality/files/none
GET      /suppliers/<partner_id>                    *      -                /suppliers/none
GET      /suppliers/<partner_id>/sites/<site_id>    *      -                /suppliers/none/sites/none
GET      /planning                                  OWSA   -                /planning
GET      /planning/scorecards.csv                   OWSA   -                /planning/scorecards.csv
GET      /planning/advice                           OWSA   -                /planning/advice
GET      /planning/prices                           OWSA   -                /planning/prices
POST     /planning/prices                           OS     -                /planning/prices
GET      /planning/disruptions                      OWSA   -                /planning/disruptions
POST     /planning/disruptions                      OS     -                /planning/disruptions
POST     /planning/disruptions/table                OS     -                /planning/disruptions/table
POST     /planning/disruptions/feeds                OS     -                /planning/disruptions/feeds
POST     /planning/disruptions/feeds/<feed_id>/leave  OS   -                /planning/disruptions/feeds/{feed}/leave
GET      /planning/disruptions/<disruption_id>      OWSA   -                /planning/disruptions/{disruption}
POST     /planning/disruptions/<disruption_id>/withdraw  OS  -              /planning/disruptions/{disruption}/withdraw
GET      /carbon                                    OWSA   -                /carbon
POST     /carbon/legs                               OWS    -                /carbon/legs
POST     /carbon/goods                              O      -                /carbon/goods
POST     /carbon/factors                            O      -                /carbon/factors
POST     /carbon/shown/<choice>                     O      -                /carbon/shown/always
GET      /switches                                  O      -                /switches
POST     /switches                                  O      -                /switches
GET      /brand/carriers                            O      -                /brand/carriers
GET      /brand/carriers/<carrier>                  O      -                /brand/carriers/ups
POST     /brand/carriers/<carrier>                  O      -                /brand/carriers/ups
POST     /brand/carriers/<carrier>/test             O      -                /brand/carriers/ups/test
POST     /brand/carriers/<carrier>/remove           O      -                /brand/carriers/ups/remove
GET      /brand/calls                               O      -                /brand/calls
POST     /brand/calls                               O      -                /brand/calls
GET      /brand/calls/<hook_id>                     O      -                /brand/calls/{calls}
POST     /brand/calls/<hook_id>/<act>               O      -                /brand/calls/{calls}/off
POST     /brand/calls/<hook_id>/test                O      -                /brand/calls/{calls}/test
GET      /brand/connections                         O      -                /brand/connections
POST     /brand/shops                               O      -                /brand/shops
GET      /brand/shops/<shop_id>                     O      -                /brand/shops/{shop}
POST     /brand/shops/<shop_id>/<act>               O      -                /brand/shops/{shop}/ask
POST     /brand/webhooks                            O      -                /brand/webhooks
GET      /brand/webhooks/<webhook_id>               O      -                /brand/webhooks/{hook}
POST     /brand/webhooks/<webhook_id>/<act>         O      -                /brand/webhooks/{hook}/off
POST     /brand/webhooks/<webhook_id>/deliveries/<delivery_id>/redeliver  O  -  /brand/webhooks/{hook}/deliveries/{sent}/redeliver
GET      /products                                  OA     -                /products
GET      /products/<gtin>                           OA     -                /products/{gtin}
POST     /products/<gtin>/details                   O      -                /products/{gtin}/details
GET      /brand/look                                O      -                /brand/look
POST     /brand/look                                O      -                /brand/look
GET      /links                                     OA     -                /links
POST     /links                                     O      -                /links
POST     /links/<link_id>/remove                    O      -                /links/{link}/remove
GET      /ownership                                 OW     -                /ownership
POST     /ownership/codes                           OW     -                /ownership/codes
POST     /ownership/partners/<partner_id>           O      -                /ownership/partners/{partner}
GET      /ownership/<gtin>                          O      -                /ownership/{gtin}
POST     /ownership/<gtin>/<any(warranty,guidance):what>  O  -              /ownership/{gtin}/warranty
GET      /desk/ownership                            OSA    -                /desk/ownership
POST     /desk/ownership/reset                      OS     -                /desk/ownership/reset
GET      /partner/repairs                           P      -                /partner/repairs
POST     /partner/repairs                           P      -                /partner/repairs
POST     /partner/repairs/<repair_id>/withdraw      P      -                /partner/repairs/{repair}/withdraw
POST     /partner/repairs/take-back                 P      -                /partner/repairs/take-back
POST     /api/v1/claim-codes                        OW     products:write   /api/v1/claim-codes
GET      /api/v1/ownership                          OWSA   events:read      /api/v1/ownership?key=/01/{gtin}/21/A1
POST     /api/v1/warranties                         -      products:write   /api/v1/warranties
GET      /api/v1/warranties                         OWSA   events:read      /api/v1/warranties?gtin={gtin}
POST     /api/v1/guidance                           -      products:write   /api/v1/guidance
GET      /api/v1/guidance                           OWSA   events:read      /api/v1/guidance?gtin={gtin}
POST     /api/v1/repairs                            P      partner:events:write /api/v1/repairs
GET      /api/v1/repairs                            P      partner:events:write /api/v1/repairs
POST     /api/v1/repairs/<repair_id>/withdraw       P      partner:events:write /api/v1/repairs/{repair}/withdraw
POST     /api/v1/take-backs                         OW     events:write     /api/v1/take-backs
GET      /texts                                     O      -                /texts
GET      /texts/<kind>/<language>                   O      -                /texts/delay/en
POST     /texts/<kind>/<language>                   O      -                /texts/delay/en
GET      /partner/events                            P      -                /partner/events
GET      /partner/new                               P      -                /partner/new
POST     /partner/new                               P      -                /partner/new
GET      /partner/keys                              P      -                /partner/keys
POST     /partner/keys/<key_id>/revoke              P      -                /partner/keys/{signer}/revoke
GET      /carriers                                  OSA    -                /carriers
GET      /desk                                      OSA    -                /desk
GET      /desk/held                                 OSA    -                /desk/held
POST     /desk/held/<notice_id>/release             OS     -                /desk/held/{notice}/release
POST     /desk/held/<notice_id>/withdraw            OS     -                /desk/held/{notice}/withdraw
GET      /desk/search                               OSA    -                /desk/search?q=A-1001
POST     /desk/search                               OSA    -                /desk/search
GET      /desk/cases/<case_id>                      OSA    -                /desk/cases/{case}
GET      /desk/cases/<case_id>/evidence.json        OSA    -                /desk/cases/{suspect}/evidence.json
POST     /desk/reports/<report_id>/photo            OS     -                /desk/reports/{report}/photo
POST     /desk/reports/<report_id>/read             OS     -                /desk/reports/{report}/read
GET      /scans                                     OA     -                /scans
GET      /api/v1/scans                              OA     events:read      /api/v1/scans
POST     /desk/cases/<case_id>/take                 OS     -                /desk/cases/{case}/take
POST     /desk/cases/<case_id>/close                OS     -                /desk/cases/{case}/close
GET      /desk/orders/<order_id>                    OSA    -                /desk/orders/{order}
GET      /orders/import                             OWS    -                /orders/import
POST     /orders/import                             OWS    -                /orders/import
GET      /orders/import/<file_id>                   OWS    -                /orders/import/{table}
POST     /orders/import/<file_id>/go                OWS    -                /orders/import/{table}/go
GET      /desk/shipments/<shipment_id>              OSA    -                /desk/shipments/{shipment}
GET      /desk/shipments/<shipment_id>/erase        O      -                /desk/shipments/{shipment}/erase
POST     /desk/shipments/<shipment_id>/erase        O      -                /desk/shipments/{shipment}/erase
POST     /desk/shipments/<shipment_id>/carrier      OS     -                /desk/shipments/{shipment}/carrier
POST     /desk/shipments/<shipment_id>/events       OS     -                /desk/shipments/{shipment}/events
POST     /desk/shipments/<shipment_id>/link         OS     -                /desk/shipments/{shipment}/link
POST     /desk/shipments/<shipment_id>/customs      OS     -                /desk/shipments/{shipment}/customs
POST     /desk/shipments/<shipment_id>/address      OS     -                /desk/shipments/{shipment}/address
POST     /desk/shipments/<shipment_id>/stock        OWS    -                /desk/shipments/{shipment}/stock
POST     /desk/shipments/<shipment_id>/confirm      OS     -                /desk/shipments/{shipment}/confirm
POST     /desk/proposals/<proposal_id>/<choice>     OS     -                /desk/proposals/{proposal}/wait
POST     /desk/claims/<claim_id>                    OS     -                /desk/claims/{claim}
POST     /desk/files/<file_id>                      OS     -                /desk/files/{file}
GET      /brand/promises                            O      -                /brand/promises
POST     /brand/promises                            O      -                /brand/promises
POST     /brand/promises/rules                      O      -                /brand/promises/rules
POST     /brand/promises/rules/<rule_id>/end        O      -                /brand/promises/rules/{rule}/end
POST     /brand/promises/terms                      O      -                /brand/promises/terms
POST     /desk/shipments/<shipment_id>/reveal       OS     -                /desk/shipments/{shipment}/reveal
GET      /warehouse                                 OWSA   -                /warehouse
GET      /warehouse/devices/<name>                  OWSA   -                /warehouse/devices/{device}

POST     /epcis/capture                             -      events:write     /epcis/capture
GET      /epcis/capture                             OA     events:write     /epcis/capture
OPTIONS  /epcis/capture                             OWSAP  any              /epcis/capture
GET      /epcis/capture/<job_id>                    OA     events:write     /epcis/capture/{job}
OPTIONS  /epcis/capture/<job_id>                    OWSAP  any              /epcis/capture/x
POST     /epcis/events                              -      events:write     /epcis/events
GET      /epcis/events                              OSA    events:read      /epcis/events
OPTIONS  /epcis/events                              OWSAP  any              /epcis/events
GET      /epcis/events/<path:event_id>              OSA    events:read      /epcis/events/{event}
OPTIONS  /epcis/events/<path:event_id>              OWSAP  any              /epcis/events/x
GET      /epcis                                     OSA    events:read      /epcis
OPTIONS  /epcis                                     OWSAP  any              /epcis
GET      /epcis/                                    OSA    events:read      /epcis/
OPTIONS  /epcis/                                    OWSAP  any              /epcis/
GET      /epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>  OSA    events:read      /epcis/bizSteps
OPTIONS  /epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>  OWSAP  any              /epcis/bizSteps
GET      /epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>/<path:member>  OSA    events:read      /epcis/bizSteps/shipping
OPTIONS  /epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>/<path:member>  OWSAP  any              /epcis/bizSteps/shipping
GET      /epcis/<any(eventTypes,bizSteps,bizLocations,readPoints,dispositions,epcs):kind>/<path:member>/events  OSA    events:read      /epcis/bizSteps/shipping/events
DELETE   /epcis/nextPageToken/<path:token>          OSA    events:read      /epcis/nextPageToken/x
POST     /epcis/queries                             -      queries:write    /epcis/queries
GET      /epcis/queries                             OSA    events:read      /epcis/queries
OPTIONS  /epcis/queries                             OWSAP  any              /epcis/queries
GET      /epcis/queries/<name>                      OSA    events:read      /epcis/queries/{query}
DELETE   /epcis/queries/<name>                      -      queries:write    /epcis/queries/{query}
OPTIONS  /epcis/queries/<name>                      OWSAP  any              /epcis/queries/x
GET      /epcis/queries/<name>/events               OSA    events:read      /epcis/queries/{query}/events
OPTIONS  /epcis/queries/<name>/events               OWSAP  any              /epcis/queries/x/events
POST     /epcis/queries/<name>/subscriptions        -      queries:write    /epcis/queries/{query}/subscriptions
GET      /epcis/queries/<name>/subscriptions        OA     queries:write    /epcis/queries/{query}/subscriptions
OPTIONS  /epcis/queries/<name>/subscriptions        OWSAP  any              /epcis/queries/x/subscriptions
GET      /epcis/queries/<name>/subscriptions/<subscription_id>  OA  queries:write  /epcis/queries/{query}/subscriptions/{subscription}
DELETE   /epcis/queries/<name>/subscriptions/<subscription_id>  -  queries:write  /epcis/queries/{query}/subscriptions/{subscription}
OPTIONS  /epcis/queries/<name>/subscriptions/<subscription_id>  OWSAP  any  /epcis/queries/x/subscriptions/x

GET      /api/v1/partner                            P      partner:events:write  /api/v1/partner
POST     /api/v1/partner/keys                       P      partner:events:write  /api/v1/partner/keys
POST     /api/v1/partner/keys/<key_id>/rotate       P      partner:events:write  /api/v1/partner/keys/{signer}/rotate
POST     /api/v1/partner/keys/<key_id>/revoke       P      partner:events:write  /api/v1/partner/keys/{signer}/revoke
GET      /api/v1/partner/receipts                   P      partner:events:write  /api/v1/partner/receipts
GET      /api/v1/partner/receipt                    P      partner:events:write  /api/v1/partner/receipt?id={written}
GET      /api/v1/partner/receipts/<int(max=9223372036854775807):row_id>/proof  P  partner:events:write  /api/v1/partner/receipts/{row}/proof
POST     /api/v1/products                           -      products:write   /api/v1/products
GET      /api/v1/products                           OWSA   events:read      /api/v1/products
GET      /api/v1/products/<gtin>                    OWSA   events:read      /api/v1/products/{gtin}
GET      /api/v1/products/<gtin>/completeness       OSA    events:read      /api/v1/products/{gtin}/completeness
POST     /api/v1/links                              -      products:write   /api/v1/links
GET      /api/v1/links                              OA     events:read      /api/v1/links
DELETE   /api/v1/links/<link_id>                    -      products:write   /api/v1/links/{link}
POST     /api/v1/nfc/profiles                       -      products:write   /api/v1/nfc/profiles
GET      /api/v1/nfc/profiles                       OA     events:read      /api/v1/nfc/profiles
POST     /api/v1/nfc/tags                           OW     products:write   /api/v1/nfc/tags
GET      /api/v1/nfc/tags                           OWA    events:read      /api/v1/nfc/tags
POST     /api/v1/locations                          OW     products:write   /api/v1/locations
GET      /api/v1/locations                          OWSA   events:read      /api/v1/locations
POST     /api/v1/lots                               -      products:write   /api/v1/lots
GET      /api/v1/lots                               OWSA   events:read      /api/v1/lots
POST     /api/v1/certificates                       -      products:write   /api/v1/certificates
GET      /api/v1/certificates                       OWSA   events:read      /api/v1/certificates
POST     /api/v1/inspections                        OW     products:write   /api/v1/inspections
GET      /api/v1/inspections                        OWSA   events:read      /api/v1/inspections
POST     /api/v1/audits                             -      products:write   /api/v1/audits
GET      /api/v1/audits                             OSA    events:read      /api/v1/audits
POST     /api/v1/checks                             -      products:write   /api/v1/checks
GET      /api/v1/checks                             OWSA   events:read      /api/v1/checks
GET      /api/v1/checks/standing                    OWSA   events:read      /api/v1/checks/standing?key=/01/09521234543213
POST     /api/v1/checks/<check_id>/end              -      products:write   /api/v1/checks/{check}/end
POST     /api/v1/suppliers/<partner_id>             -      products:write   /api/v1/suppliers/{partner}
POST     /api/v1/recalls                            -      products:write   /api/v1/recalls
GET      /api/v1/recalls                            OWSA   events:read      /api/v1/recalls
POST     /api/v1/recalls/<recall_id>/words          -      products:write   /api/v1/recalls/{recall}/words
POST     /api/v1/recalls/<recall_id>/close          -      products:write   /api/v1/recalls/{recall}/close
GET      /desk/recalls                              OSA    -                /desk/recalls
POST     /desk/recalls                              OS     -                /desk/recalls
GET      /desk/recalls/<recall_id>                  OSA    -                /desk/recalls/{recall}
GET      /desk/recalls/<recall_id>/missing.csv      OSA    -                /desk/recalls/{recall}/missing.csv
POST     /desk/recalls/<recall_id>/words            OS     -                /desk/recalls/{recall}/words
POST     /desk/recalls/<recall_id>/close            OS     -                /desk/recalls/{recall}/close
GET      /o/<token>/recall                          *      -                /o/none/recall
POST     /o/<token>/recall                          *      -                /o/none/recall
GET      /fsma204.csv                               OWSA   events:read      /fsma204.csv
GET      /api/v1/trace                              OWSA   events:read      /api/v1/trace?key=/01/{gtin}
GET      /api/v1/recalls/preview                    OWSA   products:write   /api/v1/recalls/preview?key=/01/{gtin}
POST     /api/v1/carbon/legs                        OWS    events:write     /api/v1/carbon/legs
GET      /api/v1/carbon                             OWSA   events:read      /api/v1/carbon?key=/01/{gtin}
GET      /api/v1/shipments/<shipment_id>/carbon     OWSA   shipments:read   /api/v1/shipments/{shipment}/carbon
GET      /carbon.csv                                OWSA   events:read      /carbon.csv?key=/01/{gtin}
POST     /api/v1/carbon/factors                     O      products:write   /api/v1/carbon/factors
GET      /api/v1/carbon/factors                     OWSA   events:read      /api/v1/carbon/factors
POST     /api/v1/goods                              O      products:write   /api/v1/goods
GET      /api/v1/goods                              OWSA   events:read      /api/v1/goods?key=/01/{gtin}
GET      /cbam.csv                                  OWSA   events:read      /cbam.csv
GET      /trace.csv                                 OWSAP  events:read      /trace.csv?key=/01/{gtin}
GET      /trace                                     OWSAP  -                /trace?q=x
POST     /trace/workbook                            OWSAP  -                /trace/workbook
GET      /tables                                    OW     -                /tables
POST     /tables                                    OW     -                /tables
GET      /tables/<file_id>                          OW     -                /tables/{rows}
POST     /tables/<file_id>/<any(go,cancel):act>     OW     -                /tables/{rows}/cancel
GET      /tables/export/<kind>.csv                  OW     -                /tables/export/products.csv
POST     /tables/export/<kind>                      OW     -                /tables/export/products
GET      /workbooks/<workbook_id>                   OWSAP  -                /workbooks/none
GET      /workbooks/<workbook_id>/file.xlsx         OWSAP  -                /workbooks/none/file.xlsx
GET      /trace.svg                                 OWSA   events:read      /trace.svg?key=/01/{gtin}
GET      /api/v1/me                                 OWSAP  any              /api/v1/me
GET      /api/v1/devices                            OWSA   devices:read     /api/v1/devices
POST     /api/v1/devices                            OW     devices:write    /api/v1/devices
GET      /api/v1/devices/<name>                     OWSA   devices:read     /api/v1/devices/{device}
POST     /api/v1/devices/<name>/placements          OW     devices:write    /api/v1/devices/{device}/placements
POST     /api/v1/devices/<name>/rules               OW     devices:write    /api/v1/devices/{device}/rules
POST     /api/v1/shipments                          OWS    shipments:write  /api/v1/shipments
GET      /api/v1/shipments/<shipment_id>            OWSA   shipments:read   /api/v1/shipments/{shipment}
POST     /api/v1/shipments/<shipment_id>/offers     O      shipments:write  /api/v1/shipments/{shipment}/offers
POST     /api/v1/shipments/<shipment_id>/promises   OS     shipments:write  /api/v1/shipments/{shipment}/promises
POST     /api/v1/shipments/<shipment_id>/stock      OWS    shipments:write  /api/v1/shipments/{shipment}/stock
POST     /api/v1/orders                             OWS    shipments:write  /api/v1/orders
GET      /api/v1/orders/<order_id>                  OWSA   shipments:read   /api/v1/orders/{order}
POST     /api/v1/webhooks                           -      webhooks:write   /api/v1/webhooks
GET      /api/v1/webhooks                           -      webhooks:write   /api/v1/webhooks
GET      /api/v1/webhooks/<webhook_id>              -      webhooks:write   /api/v1/webhooks/{hook}
DELETE   /api/v1/webhooks/<webhook_id>              -      webhooks:write   /api/v1/webhooks/{other_hook}
POST     /api/v1/webhooks/<webhook_id>/state        -      webhooks:write   /api/v1/webhooks/{hook}/state
POST     /api/v1/webhooks/<webhook_id>/secret       -      webhooks:write   /api/v1/webhooks/{hook}/secret
POST     /api/v1/webhooks/<webhook_id>/test         -      webhooks:write   /api/v1/webhooks/{hook}/test
GET      /api/v1/webhooks/<webhook_id>/deliveries   -      webhooks:write   /api/v1/webhooks/{hook}/deliveries
POST     /api/v1/webhooks/<webhook_id>/deliveries/<delivery_id>/redeliver  -  webhooks:write  /api/v1/webhooks/{hook}/deliveries/{sent}/redeliver
GET      /api/v1/estimate                           OWSA   shipments:read   /api/v1/estimate?origin=DE&destination=IE
GET      /api/v1/advice                             OWSA   shipments:read   /api/v1/advice?origin=DE&destination=IE&weight_g=500
GET      /api/v1/stamps/log                         OW     stamps:write     /api/v1/stamps/log
POST     /api/v1/stamps                             OW     stamps:write     /api/v1/stamps
GET      /api/v1/stamps/proof                       OW     stamps:write     /api/v1/stamps/proof?submission={stamp}
GET      /api/v1/switches                           OSA    switches:write   /api/v1/switches
POST     /api/v1/switches                           O      switches:write   /api/v1/switches
POST     /api/v1/erasures                           O      personal:erase   /api/v1/erasures
POST     /api/v1/erasures/preview                   O      personal:erase   /api/v1/erasures/preview
GET      /api/v1/entries/<int(max=9223372036854775807):submission>/proof  OWSAP  ledger:read  /api/v1/entries/{submission}/proof
"""  # noqa: E501  # a table

EVENT = {
    "@context": "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    "type": "ObjectEvent",
    "eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a11",
    "eventTime": "2026-03-01T08:00:00Z",
    "eventTimeZoneOffset": "+01:00",
    "action": "ADD",
    "bizStep": "commissioning",
    "epcList": ["https://id.gs1.org/01/09521234543213/21/A1"],
}

WRITTEN = EVENT | {"eventID": "urn:uuid:7b0c6c62-2d59-4f0a-9c0b-2f3c8f1d0a12", "bizStep": "shipping"}
"""What Ada's partner wrote."""

_SIGNATURE = "A" * 86 + "=="

BODIES = {
    "/desk/search": {"q": "A-1001"},
    "/report": {"seller": "shop", "wrong": "code"},
    "/desk/shipments/<shipment_id>/erase": {"reason": "asked"},
    "/desk/shipments/<shipment_id>/reveal": {"reason": "customer_called"},
    "/epcis/capture": EVENT | {"type": "EPCISDocument"},
    "/epcis/events": EVENT,
    "/epcis/queries/<name>/subscriptions": {"dest": "https://mill.example/told", "stream": True},
    "/epcis/queries": {"name": "made", "query": {"EQ_bizStep": ["commissioning"]}},
    "/api/v1/partner/keys": {"vkey": "farm.example+00000000+AAAA", "proof": _SIGNATURE},
    "/api/v1/partner/keys/<key_id>/rotate": {
        "vkey": "farm.example+00000000+AAAA",
        "proof": _SIGNATURE,
        "signature": _SIGNATURE,
    },
    "/api/v1/partner/keys/<key_id>/revoke": {"reason": "lost"},
    "/api/v1/products": {"gtin": "09521234543213", "name": {"en": "Olive oil"}},
    "/products/<gtin>/details": {"name": "warranty", "language": "en", "text": "Two years"},
    "/brand/look": {"colour": "#123456"},
    "/ownership/partners/<partner_id>": {"repairs": "1", "collects": "1"},
    "/desk/ownership/reset": {"key": "/01/09521234543213/21/A1", "reason": "order"},
    "/partner/repairs": {"key": "/01/09521234543213/21/A1", "kind": "mended", "on": "2026-03-01"},
    "/api/v1/claim-codes": {"keys": ["/01/09521234543213/21/A1"]},
    "/api/v1/warranties": {"gtin": "09521234543213", "months": 24},
    "/api/v1/guidance": {"gtin": "09521234543213", "topic": "care", "text": {"en": "Keep it dry"}},
    "/api/v1/repairs": {"key": "/01/09521234543213/21/A1", "kind": "mended", "on": "2026-03-01"},
    "/api/v1/take-backs": {"key": "/01/09521234543213/21/A1", "code": "none", "fate": "reused"},
    "/links": {
        "key": "09521234543213",
        "link_type": "faqs",
        "href": "https://ada.example/faq",
        "title": "Questions",
        "media_type": "text/html",
    },
    "/api/v1/links": {
        "key": "/01/09521234543213",
        "link_type": "gs1:instructions",
        "href": "https://ada.example/how",
        "title": "How to use it",
    },
    "/api/v1/nfc/profiles": {"gtin": "09521234543213", "scheme": "an10922", "meta_key": "ab" * 16},
    "/api/v1/nfc/tags": {"uid": "04DE5F1EACC040", "key": "/01/09521234543213/21/A1"},
    "/api/v1/locations": {"key": "/414/9521234000006", "name": "Press"},
    "/api/v1/lots": {"gtin": "09521234543213", "lot": "L7", "best_before": "2027-03-01"},
    "/api/v1/certificates": {"key": "/01/09521234543213", "name": "Organic", "issuer": "Control body"},
    "/carbon/legs": {
        "subject": "/01/09521234543213/21/A1",
        "origin": "/414/9521234000006",
        "destination": "/414/9521234000013",
        "mode": "road",
        "data": "default",
    },
    "/carbon/goods": {"key": "/01/09521234543213", "cn_code": "15092000"},
    "/carbon/factors": {"code": "rail", "mode": "rail", "intensity": "0.02", "per": "sfd", "source": "Railway"},
    "/api/v1/carbon/legs": {
        "subject": "/01/09521234543213/21/A1",
        "origin": "/414/9521234000006",
        "destination": "/414/9521234000013",
        "mode": "road",
        "data": "default",
    },
    "/api/v1/carbon/factors": {
        "code": "road",
        "mode": "road",
        "intensity": "0.1",
        "per": "sfd",
        "source": "Own fleet",
    },
    "/api/v1/goods": {"key": "/01/09521234543213", "facts": {"cn_code": "15092000"}},
    "/api/v1/inspections": {
        "key": "/01/09521234543213/10/L1",
        "stage": "final",
        "name": "acidity",
        "inspector": "Mill laboratory",
        "inspected_at": "2026-03-01T10:00:00Z",
        "result": "pass",
    },
    "/api/v1/audits": {
        "partner": "0" * 26,
        "scheme": "SMETA",
        "audited_on": "2026-01-10",
        "result": "pass",
        "auditor": "Control body",
    },
    "/api/v1/checks": {"kind": "inspection", "stage": "final", "name": "acidity", "gtin": "09521234543213"},
    "/api/v1/suppliers/<partner_id>": {"named": True},
    "/api/v1/recalls": {"key": "/01/09521234543213", "reason": {"en": "Glass"}, "advice": {"en": "Bring it back"}},
    "/api/v1/recalls/<recall_id>/words": {"reason": {"en": "Glass"}, "advice": {"en": "Bring it back"}},
    "/api/v1/erasures": {"order": "A-1001", "reason": "asked"},
    "/api/v1/erasures/preview": {"order": "A-1001"},
    "/desk/recalls": {"key": "/01/09521234543213", "reason": "Glass", "advice": "Bring it back"},
    "/desk/recalls/<recall_id>/words": {"reason": "Glass", "advice": "Bring it back"},
    "/api/v1/devices": {"name": "d2", "metrics": {"temperature": "CEL"}},
    "/api/v1/devices/<name>/placements": {"key": "/00/095212345600000012"},
    "/api/v1/devices/<name>/rules": {"metric": "temperature", "high": "8"},
    "/api/v1/stamps": {"hash": "ab" * 32},
    "/planning/disruptions": {
        "kind": "strike",
        "title": "Dock strike",
        "destinations": "IE",
        "valid_from": "2026-03-02",
        "valid_to": "2026-03-09",
        "extra_days": "3",
    },
    "/planning/disruptions/feeds": {"url": "https://alerts.example/feed", "countries": "IE", "extra_days": "2"},
    "/switches": {"subject": "notices", "on": "0", "reason": "incident"},
    "/api/v1/switches": {"subject": "notices", "on": False, "reason": "incident"},
    "/api/v1/shipments": {"order": {"number": "A-1002"}},
    "/api/v1/orders": {"number": "A-1003", "lines": [{"ref": "1", "name": "Tea"}]},
    "/api/v1/webhooks": {"name": "shop", "url": "https://shop.example/hooks"},
    "/api/v1/webhooks/<webhook_id>/state": {"on": True},
    "/brand/carriers/<carrier>": {"client_id": "a", "secret": "b", "base_url": "https://127.0.0.1:1"},
    "/brand/calls": {"carrier": "usps"},
    "/brand/shops": {"kind": "woocommerce", "name": "Oil", "url": "https://oil.example"},
    "/brand/webhooks": {"name": "shop", "url": "https://shop.example/hooks"},
    "/api/v1/shipments/<shipment_id>/offers": {"name": "spring", "subject": {"en": "Tea"}, "text": {"en": "New."}},
    "/api/v1/shipments/<shipment_id>/promises": {"from": "2026-03-05", "to": "2026-03-07"},
    "/api/v1/shipments/<shipment_id>/stock": {"missing": True},
    "/desk/shipments/<shipment_id>/link": {"purpose": "documents"},
    "/desk/shipments/<shipment_id>/address": {"answer": "sent"},
    "/desk/shipments/<shipment_id>/confirm": {"cause": "spoilage"},
    "/brand/promises": {"none": "1"},
    "/brand/promises/rules": {
        "kind": "code",
        "amount": "5",
        "currency": "EUR",
        "min_days_late": "1",
        "valid_days": "90",
        "budget": "50",
    },
}
"""What to send with the POSTs above: JSON to the API, a form to a page."""

ACTS_MORE_THAN_ONCE = {
    "/login": "a second try is another try, and is counted",
    "/logout": "logging out twice is being out",
    "/hooks/shops/<shop_id>": "a shop sends no key of ours; its own id of the event tells a repetition",
    "/demo/steps/<name>": "a demo is there to be pressed again",
    "/hooks/carriers/<hook_id>": "no carrier can send a key; an event that is told twice is kept once",
    "/brand/carriers/<carrier>/test": "a test is there to be pressed again; the quota counts it",
    "/brand/calls/<hook_id>/test": "a test is there to be pressed again, and nothing is taken in",
    "/desk/ownership/reset": "another press makes another code and ends the one before; each is an entry",
    "/own/open": "a question; it is posted only to keep the secret out of the history",
    "/own/code": "a question; it is posted only to keep the code out of the address",
    "/own/claim": "the secret in the form is the key: the same code with it again gives the same answer",
    "/own/<token>/<any(pass,handin):what>": "another press makes another code and ends the one before",
    "/own/<token>/<any(keep,missing,found):what>": "saying it twice is saying it once",
    "/track": "a question; it is posted only to keep numbers out of the address",
    "/tools": "a question; it is posted because documents are long, and nothing is stored",
    "/desk/search": "a question; it is posted only to keep names out of the address",
    "/desk/shipments/<shipment_id>/link": "a link that is open is shown again",
    "/desk/reports/<report_id>/photo": "each look is an entry of its own",
    "/desk/reports/<report_id>/read": "each look is an entry of its own",
    "/desk/files/<file_id>": "each look is an entry of its own",
    "/desk/shipments/<shipment_id>/erase": "erasing twice is being erased",
    "/desk/shipments/<shipment_id>/reveal": "each look is an entry of its own",
}
"""POSTs without an idempotency key, each with its reason."""
