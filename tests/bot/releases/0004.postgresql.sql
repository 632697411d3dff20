-- A database at schema 0004, that of the first release: a day's work, and work that was open when the bot stopped.
-- Made by the code of then (pg_dump --inserts); never changed since, as `tests/bot/test_upgrade.py` upgrades it.
SET statement_timeout = 0;
SET lock_timeout = 0;
SET idle_in_transaction_session_timeout = 0;
SET client_encoding = 'UTF8';
SET standard_conforming_strings = on;
SELECT pg_catalog.set_config('search_path', '', false);
SET check_function_bodies = false;
SET xmloption = content;
SET client_min_messages = warning;
SET row_security = off;
SET default_tablespace = '';
SET default_table_access_method = heap;
CREATE TABLE public.alembic_version (
    version_num character varying(32) NOT NULL
);
CREATE TABLE public.audit (
    id bigint NOT NULL,
    at timestamp without time zone NOT NULL,
    user_id character varying(32) NOT NULL,
    channel_id character varying(32),
    action character varying(40) NOT NULL,
    subject character varying(80) NOT NULL,
    before json,
    after json,
    result character varying(200) NOT NULL
);
CREATE SEQUENCE public.audit_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.audit_id_seq OWNED BY public.audit.id;
CREATE TABLE public.auto_replies (
    person character varying(64) NOT NULL,
    sent_at timestamp without time zone NOT NULL
);
CREATE TABLE public.bookmarks (
    name character varying(40) NOT NULL,
    at timestamp without time zone NOT NULL
);
CREATE TABLE public.cnam_reviews (
    cnam_id character varying(32) NOT NULL,
    user_id character varying(32) NOT NULL,
    channel_id character varying(32),
    asked_at timestamp without time zone NOT NULL
);
CREATE TABLE public.contacts (
    person character varying(64) NOT NULL,
    name character varying(80),
    blocked boolean NOT NULL,
    changed_by character varying(32) NOT NULL,
    changed_at timestamp without time zone NOT NULL
);
CREATE TABLE public.conversations (
    id bigint NOT NULL,
    number character varying(20) NOT NULL,
    person character varying(64) NOT NULL,
    channel_id character varying(32) NOT NULL,
    thread_ts character varying(32),
    card_is_old boolean NOT NULL,
    created_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.conversations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.conversations_id_seq OWNED BY public.conversations.id;
CREATE TABLE public.exports (
    id bigint NOT NULL,
    export_id character varying(64) NOT NULL,
    user_id character varying(32) NOT NULL,
    starts_at timestamp without time zone NOT NULL,
    ends_at timestamp without time zone NOT NULL,
    state character varying(16) NOT NULL,
    channel_id character varying(32),
    ts character varying(32),
    followed_since timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.exports_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.exports_id_seq OWNED BY public.exports.id;
CREATE TABLE public.links (
    number character varying(20) NOT NULL,
    channel_id character varying(32) NOT NULL,
    mode character varying(16) NOT NULL,
    hold_s integer NOT NULL,
    linked_by character varying(32) NOT NULL,
    linked_at timestamp without time zone NOT NULL
);
CREATE TABLE public.media (
    id bigint NOT NULL,
    text_id bigint NOT NULL,
    place integer NOT NULL,
    url text NOT NULL,
    file_name character varying(255) NOT NULL,
    mime_type character varying(100) NOT NULL,
    content bytea,
    state character varying(16) NOT NULL,
    problem text,
    attempts integer NOT NULL,
    try_after timestamp without time zone,
    slack_file_id character varying(32)
);
CREATE SEQUENCE public.media_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.media_id_seq OWNED BY public.media.id;
CREATE TABLE public.notices (
    id bigint NOT NULL,
    body text NOT NULL,
    created_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.notices_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.notices_id_seq OWNED BY public.notices.id;
CREATE TABLE public.opt_outs (
    number character varying(20) NOT NULL,
    person character varying(64) NOT NULL,
    state character varying(16) NOT NULL,
    source character varying(16) NOT NULL,
    by character varying(64) NOT NULL,
    since timestamp without time zone NOT NULL
);
CREATE TABLE public.order_lines (
    id bigint NOT NULL,
    order_id bigint NOT NULL,
    place integer NOT NULL,
    number character varying(20) NOT NULL,
    setup_cost character varying(20),
    monthly_cost character varying(20),
    in_hand boolean NOT NULL,
    counted_at timestamp without time zone
);
CREATE SEQUENCE public.order_lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.order_lines_id_seq OWNED BY public.order_lines.id;
CREATE TABLE public.order_steps (
    id bigint NOT NULL,
    order_id bigint NOT NULL,
    line_id bigint,
    place integer NOT NULL,
    name character varying(16) NOT NULL,
    wanted text,
    state character varying(16) NOT NULL,
    note text,
    attempts integer NOT NULL,
    changed_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.order_steps_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.order_steps_id_seq OWNED BY public.order_steps.id;
CREATE TABLE public.orders (
    id bigint NOT NULL,
    state character varying(16) NOT NULL,
    reason text,
    user_id character varying(32) NOT NULL,
    decided_by character varying(32),
    channel_id character varying(32),
    created_at timestamp without time zone NOT NULL,
    changed_at timestamp without time zone NOT NULL,
    kind character varying(16) NOT NULL,
    set_up json NOT NULL,
    started_at timestamp without time zone,
    card_is_old boolean NOT NULL
);
CREATE SEQUENCE public.orders_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.orders_id_seq OWNED BY public.orders.id;
CREATE TABLE public.outgoing_files (
    id bigint NOT NULL,
    reply_id bigint NOT NULL,
    slack_file_id character varying(32) NOT NULL,
    file_name character varying(255) NOT NULL,
    mime_type character varying(100) NOT NULL,
    content bytea NOT NULL,
    created_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.outgoing_files_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.outgoing_files_id_seq OWNED BY public.outgoing_files.id;
CREATE TABLE public.posts (
    id bigint NOT NULL,
    kind character varying(16) NOT NULL,
    ref bigint NOT NULL,
    channel_id character varying(32) NOT NULL,
    conversation_id bigint,
    state character varying(16) NOT NULL,
    attempted_at timestamp without time zone,
    ts character varying(32),
    created_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.posts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.posts_id_seq OWNED BY public.posts.id;
CREATE TABLE public.receipts (
    id bigint NOT NULL,
    message_id character varying(64) NOT NULL,
    level integer NOT NULL,
    status character varying(64) NOT NULL,
    status_code integer NOT NULL,
    description text NOT NULL,
    sent_at timestamp without time zone,
    received_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.receipts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.receipts_id_seq OWNED BY public.receipts.id;
CREATE TABLE public.replies (
    id bigint NOT NULL,
    key character varying(100) NOT NULL,
    channel_id character varying(32) NOT NULL,
    ts character varying(32),
    conversation_id bigint NOT NULL,
    user_id character varying(32) NOT NULL,
    team_id character varying(32) NOT NULL,
    body text NOT NULL,
    file_ids json NOT NULL,
    state character varying(16) NOT NULL,
    problem text,
    worries json,
    decided_by character varying(32),
    not_before timestamp without time zone,
    attempted_at timestamp without time zone,
    message_id character varying(64),
    marks json NOT NULL,
    mark_wanted character varying(40),
    created_at timestamp without time zone NOT NULL
);
CREATE SEQUENCE public.replies_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.replies_id_seq OWNED BY public.replies.id;
CREATE TABLE public.surveyed_numbers (
    number character varying(20) NOT NULL,
    has_route boolean,
    has_e911 boolean,
    looked_at timestamp without time zone
);
CREATE TABLE public.texts (
    id bigint NOT NULL,
    message_id character varying(64) NOT NULL,
    number character varying(20) NOT NULL,
    person character varying(64) NOT NULL,
    body text NOT NULL,
    is_mms boolean NOT NULL,
    sent_at timestamp without time zone,
    received_at timestamp without time zone NOT NULL,
    via character varying(16) NOT NULL,
    twin_id character varying(64),
    placement character varying(16) NOT NULL,
    conversation_id bigint
);
CREATE SEQUENCE public.texts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1;
ALTER SEQUENCE public.texts_id_seq OWNED BY public.texts.id;
ALTER TABLE ONLY public.audit ALTER COLUMN id SET DEFAULT nextval('public.audit_id_seq'::regclass);
ALTER TABLE ONLY public.conversations ALTER COLUMN id SET DEFAULT nextval('public.conversations_id_seq'::regclass);
ALTER TABLE ONLY public.exports ALTER COLUMN id SET DEFAULT nextval('public.exports_id_seq'::regclass);
ALTER TABLE ONLY public.media ALTER COLUMN id SET DEFAULT nextval('public.media_id_seq'::regclass);
ALTER TABLE ONLY public.notices ALTER COLUMN id SET DEFAULT nextval('public.notices_id_seq'::regclass);
ALTER TABLE ONLY public.order_lines ALTER COLUMN id SET DEFAULT nextval('public.order_lines_id_seq'::regclass);
ALTER TABLE ONLY public.order_steps ALTER COLUMN id SET DEFAULT nextval('public.order_steps_id_seq'::regclass);
ALTER TABLE ONLY public.orders ALTER COLUMN id SET DEFAULT nextval('public.orders_id_seq'::regclass);
ALTER TABLE ONLY public.outgoing_files ALTER COLUMN id SET DEFAULT nextval('public.outgoing_files_id_seq'::regclass);
ALTER TABLE ONLY public.posts ALTER COLUMN id SET DEFAULT nextval('public.posts_id_seq'::regclass);
ALTER TABLE ONLY public.receipts ALTER COLUMN id SET DEFAULT nextval('public.receipts_id_seq'::regclass);
ALTER TABLE ONLY public.replies ALTER COLUMN id SET DEFAULT nextval('public.replies_id_seq'::regclass);
ALTER TABLE ONLY public.texts ALTER COLUMN id SET DEFAULT nextval('public.texts_id_seq'::regclass);
INSERT INTO public.alembic_version VALUES ('0004');
INSERT INTO public.audit VALUES (1, '2026-11-21 15:00:27.174572', 'U0ADMIN', 'C0TELECOM', 'relay.link', '12065550100', 'null', '{"channel": "C0SUPPORT", "mode": "thread", "hold_s": 0}', 'done');
INSERT INTO public.audit VALUES (2, '2026-11-21 15:00:27.197528', 'U0ADMIN', 'C0TELECOM', 'relay.name', '12065550142', '{"name": null}', '{"name": "Maria Lopez"}', 'done');
INSERT INTO public.audit VALUES (3, '2026-11-21 15:00:28.055978', 'U0ADMIN', 'C0TELECOM', 'cnam.create', 'TEST RECORD LLC', 'null', '{"id": "98400", "value": "TEST RECORD LLC", "status": "pending"}', 'done');
INSERT INTO public.auto_replies VALUES ('13605550123', '2026-11-21 15:00:27.798152');
INSERT INTO public.bookmarks VALUES ('message list', '2026-11-21 15:00:33.14833');
INSERT INTO public.bookmarks VALUES ('survey listed', '2026-11-21 15:00:28.255078');
INSERT INTO public.bookmarks VALUES ('survey done', '2026-11-21 15:00:28.404174');
INSERT INTO public.bookmarks VALUES ('greeted', '2026-11-21 19:15:31.332952');
INSERT INTO public.cnam_reviews VALUES ('9001', 'U0ADMIN', 'C0TELECOM', '2026-11-20 10:00:00');
INSERT INTO public.contacts VALUES ('12065550142', 'Maria Lopez', false, 'U0ADMIN', '2026-11-21 15:00:27.196157');
INSERT INTO public.conversations VALUES (1, '12065550100', '12065550142', 'C0SUPPORT', '1795273227.282812', true, '2026-11-21 15:00:27.257324');
INSERT INTO public.conversations VALUES (2, '12065550100', '14255550177', 'C0SUPPORT', '1795273227.838695', false, '2026-11-21 15:00:27.786632');
INSERT INTO public.conversations VALUES (3, '12065550100', '13605550123', 'C0SUPPORT', '1795273227.970024', false, '2026-11-21 15:00:27.797276');
INSERT INTO public.exports VALUES (1, '98401', 'U0ADMIN', '2026-11-14 00:00:00', '2026-11-21 15:00:28', 'done', 'D0ADMIN', '1795273228.245068', '2026-11-21 15:00:28.224007');
INSERT INTO public.links VALUES ('12065550100', 'C0SUPPORT', 'thread', 0, 'U0ADMIN', '2026-11-21 15:00:27.16481');
INSERT INTO public.media VALUES (1, 2, 0, 'http://127.0.0.1:40437/carrier/media/8909005321212772861-0A9A5DF4-FED8-4BC4-8C0E-04F21B949460.png?Expires=1797865227&Signature=c7563ed41c903a7ce57dff8b957594d58b6a4fbbfe4a475795496bb10779790a', 'roof.png', 'image/png', NULL, 'shared', NULL, 0, NULL, 'F95C2FE310F');
INSERT INTO public.notices VALUES (1, ':link: <@U0ADMIN> linked (206) 555-0100: its texts appear here.', '2026-11-21 15:00:27.171491');
INSERT INTO public.notices VALUES (2, ':octagonal_sign: They asked to stop: nothing is sent to them from (206) 555-0100 until they text START.', '2026-11-21 15:00:27.795903');
INSERT INTO public.notices VALUES (3, ':white_check_mark: <@U0ADMIN> The caller name *TEST RECORD LLC* is approved. `/flowroute cnam assign 98400 &lt;number&gt;` shows it when that number calls.', '2026-11-21 15:00:29.146886');
INSERT INTO public.opt_outs VALUES ('12065550100', '14255550177', 'stopped', 'text', '14255550177', '2026-11-21 15:00:27.793346');
INSERT INTO public.order_lines VALUES (1, 1, 0, '12063395170', '1', '1.25', true, '2026-11-21 15:00:28.184807');
INSERT INTO public.order_lines VALUES (2, 2, 0, '12012911053', '1', '1.25', true, '2026-11-21 19:15:32.121482');
INSERT INTO public.order_lines VALUES (3, 2, 1, '12012914116', '1', '1.25', true, '2026-11-21 19:15:32.121482');
INSERT INTO public.order_steps VALUES (1, 1, 1, 0, 'buy', NULL, 'waiting', NULL, 0, '2026-11-21 15:00:28.184807');
INSERT INTO public.order_steps VALUES (2, 2, 2, 0, 'buy', NULL, 'waiting', NULL, 0, '2026-11-21 19:15:32.06128');
INSERT INTO public.order_steps VALUES (3, 2, 2, 1, 'alias', 'Desk 1', 'waiting', NULL, 0, '2026-11-21 19:15:32.06128');
INSERT INTO public.order_steps VALUES (4, 2, 2, 2, 'messaging', 'on', 'waiting', NULL, 0, '2026-11-21 19:15:32.06128');
INSERT INTO public.order_steps VALUES (5, 2, 3, 0, 'buy', NULL, 'waiting', NULL, 0, '2026-11-21 19:15:32.06128');
INSERT INTO public.order_steps VALUES (6, 2, 3, 1, 'alias', 'Desk 2', 'waiting', NULL, 0, '2026-11-21 19:15:32.06128');
INSERT INTO public.order_steps VALUES (7, 2, 3, 2, 'messaging', 'on', 'waiting', NULL, 0, '2026-11-21 19:15:32.06128');
INSERT INTO public.orders VALUES (1, 'approval', NULL, 'U0ADMIN', NULL, 'C0TELECOM', '2026-11-21 15:00:28.114606', '2026-11-21 15:00:28.184807', 'purchase', '{}', NULL, false);
INSERT INTO public.orders VALUES (2, 'approval', NULL, 'U0ADMIN', NULL, 'C0TELECOM', '2026-11-21 19:15:32.06128', '2026-11-21 19:15:32.12285', 'purchase', '{"alias": "Desk {n}", "route_id": null, "failover_id": null, "e911_id": null, "new_address": null, "cnam_id": null, "new_cnam": null, "messaging": true, "lookups": null, "relay_channel": null, "names": {}}', NULL, true);
INSERT INTO public.outgoing_files VALUES (1, 2, 'F6121A78C3D', 'ours.png', 'image/png', '\x89504e470d0a1a0a0000000d494844520000001400000014080200000002eb8a5a000004cf49444154789c01c4043bfb00f5b165224a58b791df6af1d8303e61cdc4bb86c3d1c427103c344c4189eb2f1e7bd5d47e446fcec2a3d811736110e5781bcccea696762e6116c6e9c9012d99bf08f36fd28c5425ccfa7ce3c55f1f2ba9fe46031023da8ef5d6040866e8a44513257748893e904da16b35a1c65a5390225a13c352455e39bc0100fed8b6b8357e44cd3129903ac1d45597a242fdf11f8f2b1a39f3c3e693114351dcbed407e3e6b605b99e8306dda748a61e029a8a3f415b024a146cf002dbb2e2299a1b5294c83e2d751e3a1ea0a0ca1607d645e452a7860ed3f4262cb6e0fa3e801ae20a33d64afebdc3bfd1cad13dd366d54c927c40201c9d0260e2135ab139e9f7e6aa5d8c5ee4d27667fcef40a5a4be56b419d7bc701357ecee681dc3dcc16fb5e671ff421a5e71faaf43fee6dc1ba36cbd96eb0101b48c1438c7538151d831f5dae9f47ea80daeee07eb3676ce9a5042cc56346c1f3c18049bb3c4a72e66ea20b41a446d5f5242ef113befce101b5c6fab02431dfcca6301c7dcbdf321d6278a04c8bfeff2cbc66ee28320d13d1b9f6fdc0d9ae8b9600559a71213b36b8f1d2993f3cd4127b1c0e981417615c3e8021f88c6c929fc6c58a92325011730bf8a639ea3f82319cf153bdcf406fbccd51f720257cfee378b0eaf92bc71450464841cbe14d10d5fdc71eb7d42c90482057494f289cf8c7c1821e7c472a060eb80194fbf51d5ee230615d2f9014fb4d362fce59689fed84aa9215a3c59ca510d51a96dd83a910634622de4020ceb9efd736561282ffd894be2a4b2833118e0ab2442bfb7d870eb0f3689974bd9d43919333efff5c0fe9cde36d1240b8d0d0257a6ce11e042391cd6008de3da970d560394e3f2c264d806aca54e019c2bf0fe282bd4b49280c790183afb5f69fb4d3226033d0141c5318113336b5e248acec88aeb64f33bdc026b0585f5fa8f6ca7c068c8035184daded4f8682d21e9acc84480615887ccd259ffcd075fde76637224b3a423bafedc11d7ef9e1e9ab4bfa167dba8bf00859205f57ff8b9ba41277601c77b39621ba19dc8870461db595d0bd237b363f437aadce2a7dc3ef0b7a191bd18323383e8ca23cf8f7d16219919c88404e4eefed2ad2efc106a8724f394addb123c2c832b1914fd33b2201e22ef4955eab99f837ba31aad971d515cf7f01cf5b00c78c32111761f6060600c8c01490d2433f2a9bbd1765f86181963bcbb4f792e5018430f582758d987ffc5bbcc8bbd137642ceb586e35b004eeba329ba5756f5b2e9d31b9526ce90c5010444f8c9e86dfa0ebae76d83ed10bb921affd1bbf53c1344d43db220cfcc3d3179c5978b670b4f3555d844bab08581de4e0921f6fe1d29bcacbb81380141f35a00e3e30e32834774175855b603309e60abfbec5decd5cc3c03e00f2529f99c67aeb875f3e5213c47280df00c81da13ad3d48133bdd82219c3c0076b4c5444e72071c3e0c1bcc8f07f39fe59c422fc9182c58dc12504a88c2cb119a55df2aeb37dd28efd75541c4660287327fb3f3128c0b2b0aa41aa80207041801152ce989c0b50fea60d970ac95b72545db2cb35b47a31e08d6734f6e11b96a4f54625ef57413b7c55628ddc8dae9426fbabeda2c7bafa7c301e0f5d3eb17855824c9bbf72195a795a83ccbc736a79f1a9d24e70515a90adc9823ef89e222f18c8ebca5fa3feb9b14857eefe526ea02bbed23b5ec54c50856d6d4bc4a700000000049454e44ae426082', '2026-11-21 15:00:27.737843');
INSERT INTO public.posts VALUES (1, 'notice', 1, 'C0SUPPORT', NULL, 'posted', '2026-11-21 15:00:27.187999', '1795273227.199391', '2026-11-21 15:00:27.171491');
INSERT INTO public.posts VALUES (2, 'audit', 1, 'C0AUDIT', NULL, 'posted', '2026-11-21 15:00:27.229973', '1795273227.240816', '2026-11-21 15:00:27.174572');
INSERT INTO public.posts VALUES (3, 'audit', 2, 'C0AUDIT', NULL, 'posted', '2026-11-21 15:00:27.263379', '1795273227.274232', '2026-11-21 15:00:27.197528');
INSERT INTO public.posts VALUES (4, 'card', 1, 'C0SUPPORT', NULL, 'posted', '2026-11-21 15:00:27.271424', '1795273227.282812', '2026-11-21 15:00:27.257324');
INSERT INTO public.posts VALUES (5, 'text', 1, 'C0SUPPORT', 1, 'posted', '2026-11-21 15:00:27.303522', '1795273227.309566', '2026-11-21 15:00:27.257324');
INSERT INTO public.posts VALUES (6, 'text', 2, 'C0SUPPORT', 1, 'posted', '2026-11-21 15:00:27.630594', '1795273227.639391', '2026-11-21 15:00:27.611447');
INSERT INTO public.posts VALUES (7, 'card', 2, 'C0SUPPORT', NULL, 'posted', '2026-11-21 15:00:27.830801', '1795273227.838695', '2026-11-21 15:00:27.786632');
INSERT INTO public.posts VALUES (8, 'text', 3, 'C0SUPPORT', 2, 'posted', '2026-11-21 15:00:27.888614', '1795273227.898896', '2026-11-21 15:00:27.786632');
INSERT INTO public.posts VALUES (9, 'notice', 2, 'C0SUPPORT', 2, 'posted', '2026-11-21 15:00:27.92693', '1795273227.935746', '2026-11-21 15:00:27.795903');
INSERT INTO public.posts VALUES (10, 'card', 3, 'C0SUPPORT', NULL, 'posted', '2026-11-21 15:00:27.965956', '1795273227.970024', '2026-11-21 15:00:27.797276');
INSERT INTO public.posts VALUES (11, 'text', 4, 'C0SUPPORT', 3, 'posted', '2026-11-21 15:00:27.988978', '1795273227.991892', '2026-11-21 15:00:27.797276');
INSERT INTO public.posts VALUES (12, 'sent', 3, 'C0SUPPORT', 3, 'posted', '2026-11-21 15:00:28.013185', '1795273228.017025', '2026-11-21 15:00:27.799421');
INSERT INTO public.posts VALUES (13, 'change', 3, 'C0TELECOM', NULL, 'posted', '2026-11-21 15:00:28.138731', '1795273228.147687', '2026-11-21 15:00:28.055978');
INSERT INTO public.posts VALUES (14, 'audit', 3, 'C0AUDIT', NULL, 'posted', '2026-11-21 15:00:28.095215', '1795273228.112864', '2026-11-21 15:00:28.055978');
INSERT INTO public.posts VALUES (15, 'approval', 1, 'C0AUDIT', NULL, 'posted', '2026-11-21 15:00:28.190585', '1795273228.194111', '2026-11-21 15:00:28.184807');
INSERT INTO public.posts VALUES (16, 'notice', 3, 'C0TELECOM', NULL, 'posted', '2026-11-21 15:00:29.151705', '1795273229.155353', '2026-11-21 15:00:29.146886');
INSERT INTO public.posts VALUES (17, 'trouble', 4, 'C0SUPPORT', 1, 'posted', '2026-11-21 15:00:29.388766', '1795273229.393464', '2026-11-21 15:00:29.384482');
INSERT INTO public.posts VALUES (18, 'text', 5, 'C0SUPPORT', 1, 'waiting', '2026-11-21 19:15:32.101442', NULL, '2026-11-21 19:15:32.038516');
INSERT INTO public.posts VALUES (19, 'order', 1, 'C0TELECOM', NULL, 'waiting', '2026-11-21 19:15:32.146068', NULL, '2026-11-21 19:15:32.104579');
INSERT INTO public.posts VALUES (20, 'order', 2, 'C0TELECOM', NULL, 'waiting', NULL, NULL, '2026-11-21 19:15:32.147407');
INSERT INTO public.posts VALUES (21, 'approval', 2, 'C0AUDIT', NULL, 'waiting', NULL, NULL, '2026-11-21 19:15:32.153824');
INSERT INTO public.receipts VALUES (1, 'mdr2-2863fbe3e5c04834b6e1bb6c84099453', 1, 'smsc submit', -1, 'Message has been sent', '2026-11-21 15:00:27.51', '2026-11-21 15:00:27.538222');
INSERT INTO public.receipts VALUES (2, 'mdr2-2863fbe3e5c04834b6e1bb6c84099453', 2, 'delivered', 1004, 'Message delivered to handset', '2026-11-21 15:00:27.51', '2026-11-21 15:00:27.597825');
INSERT INTO public.receipts VALUES (3, 'mdr2-40c471c618384970838984692562ef21', 1, 'smsc submit', -1, 'Message has been sent', '2026-11-21 15:00:27.8', '2026-11-21 15:00:27.82558');
INSERT INTO public.receipts VALUES (4, 'mdr2-40c471c618384970838984692562ef21', 2, 'delivered', 1004, 'Message delivered to handset', '2026-11-21 15:00:27.85', '2026-11-21 15:00:27.881145');
INSERT INTO public.receipts VALUES (5, 'mdr2-47fc5849d9034849ba330205816a51be', 1, 'smsc submit', -1, 'Message has been sent', '2026-11-21 15:00:27.89', '2026-11-21 15:00:27.911463');
INSERT INTO public.receipts VALUES (6, 'mdr2-47fc5849d9034849ba330205816a51be', 2, 'delivered', 1004, 'Message delivered to handset', '2026-11-21 15:00:27.94', '2026-11-21 15:00:27.962603');
INSERT INTO public.replies VALUES (1, 'C0SUPPORT:1795273227.315033', 'C0SUPPORT', '1795273227.315033', 1, 'U0AGENT', 'T0SANDBOX', 'Yes, from 10 to 6', '[]', 'delivered', NULL, 'null', NULL, NULL, '2026-11-21 15:00:27.360363', 'mdr2-2863fbe3e5c04834b6e1bb6c84099453', '["white_check_mark"]', NULL, '2026-11-21 15:00:27.335128');
INSERT INTO public.replies VALUES (2, 'C0SUPPORT:1795273227.695320', 'C0SUPPORT', '1795273227.695320', 1, 'U0AGENT', 'T0SANDBOX', 'and this is ours', '["F6121A78C3D"]', 'delivered', NULL, 'null', NULL, NULL, '2026-11-21 15:00:27.744351', 'mdr2-40c471c618384970838984692562ef21', '["white_check_mark"]', NULL, '2026-11-21 15:00:27.707322');
INSERT INTO public.replies VALUES (3, 'help:4', 'C0SUPPORT', '1795273228.017025', 3, 'automatic', '', 'A person reads and answers these texts. Reply STOP to get no more of them.', '[]', 'delivered', NULL, 'null', NULL, NULL, '2026-11-21 15:00:27.83178', 'mdr2-47fc5849d9034849ba330205816a51be', '["white_check_mark"]', NULL, '2026-11-21 15:00:27.799421');
INSERT INTO public.replies VALUES (4, 'C0SUPPORT:1795273228.243212', 'C0SUPPORT', '1795273228.243212', 1, 'U0AGENT', 'T0SANDBOX', 'Did the parcel arrive?', '[]', 'parked', 'Nobody can say whether this was sent, so it was not sent again.', 'null', NULL, NULL, '2026-11-21 15:00:28.331223', NULL, '["grey_question"]', NULL, '2026-11-21 15:00:28.280688');
INSERT INTO public.replies VALUES (5, 'C0SUPPORT:1700000000.000100', 'C0SUPPORT', '1700000000.000100', 1, 'U0AGENT', 'T0SANDBOX', 'We are open until six today', '[]', 'stored', NULL, 'null', NULL, NULL, '2026-11-21 19:15:32.09654', NULL, '[]', NULL, '2026-11-20 10:00:02');
INSERT INTO public.surveyed_numbers VALUES ('12065550100', true, true, '2026-11-21 15:00:28.361673');
INSERT INTO public.surveyed_numbers VALUES ('12065550101', true, false, '2026-11-21 15:00:28.384926');
INSERT INTO public.surveyed_numbers VALUES ('18005550199', true, false, '2026-11-21 15:00:28.402056');
INSERT INTO public.texts VALUES (1, 'mdr2-b85cf578b7f34a699a5271b0d6c8676a', '12065550100', '12065550142', 'Are you open on Sunday?', false, '2026-11-21 15:00:27.222972', '2026-11-21 15:00:27.234308', 'webhook', NULL, 'placed', 1);
INSERT INTO public.texts VALUES (2, 'mdr2-4e1071de5b30412185d061adf6ce3d7b', '12065550100', '12065550142', 'This is my roof', true, '2026-11-21 15:00:27.53', '2026-11-21 15:00:27.585594', 'webhook', NULL, 'placed', 1);
INSERT INTO public.texts VALUES (3, 'mdr2-34c231c9fa014f12963626f85699bc78', '12065550100', '14255550177', 'STOP', false, '2026-11-21 15:00:27.758515', '2026-11-21 15:00:27.773566', 'webhook', NULL, 'placed', 2);
INSERT INTO public.texts VALUES (4, 'mdr2-1e2bfec462b44c40b70bf1039dfaedfa', '12065550100', '13605550123', 'HELP', false, '2026-11-21 15:00:27.758825', '2026-11-21 15:00:27.777036', 'webhook', NULL, 'placed', 3);
INSERT INTO public.texts VALUES (5, 'mdr2-first-release-1', '12065550100', '12065550142', 'Hello? Anybody there?', false, '2026-11-20 10:00:00', '2026-11-20 10:00:01', 'webhook', NULL, 'placed', 1);
SELECT pg_catalog.setval('public.audit_id_seq', 3, true);
SELECT pg_catalog.setval('public.conversations_id_seq', 3, true);
SELECT pg_catalog.setval('public.exports_id_seq', 1, true);
SELECT pg_catalog.setval('public.media_id_seq', 1, true);
SELECT pg_catalog.setval('public.notices_id_seq', 3, true);
SELECT pg_catalog.setval('public.order_lines_id_seq', 3, true);
SELECT pg_catalog.setval('public.order_steps_id_seq', 7, true);
SELECT pg_catalog.setval('public.orders_id_seq', 2, true);
SELECT pg_catalog.setval('public.outgoing_files_id_seq', 1, true);
SELECT pg_catalog.setval('public.posts_id_seq', 21, true);
SELECT pg_catalog.setval('public.receipts_id_seq', 6, true);
SELECT pg_catalog.setval('public.replies_id_seq', 5, true);
SELECT pg_catalog.setval('public.texts_id_seq', 5, true);
ALTER TABLE ONLY public.alembic_version
    ADD CONSTRAINT alembic_version_pkc PRIMARY KEY (version_num);
ALTER TABLE ONLY public.audit
    ADD CONSTRAINT pk_audit PRIMARY KEY (id);
ALTER TABLE ONLY public.auto_replies
    ADD CONSTRAINT pk_auto_replies PRIMARY KEY (person);
ALTER TABLE ONLY public.bookmarks
    ADD CONSTRAINT pk_bookmarks PRIMARY KEY (name);
ALTER TABLE ONLY public.cnam_reviews
    ADD CONSTRAINT pk_cnam_reviews PRIMARY KEY (cnam_id);
ALTER TABLE ONLY public.contacts
    ADD CONSTRAINT pk_contacts PRIMARY KEY (person);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT pk_conversations PRIMARY KEY (id);
ALTER TABLE ONLY public.exports
    ADD CONSTRAINT pk_exports PRIMARY KEY (id);
ALTER TABLE ONLY public.links
    ADD CONSTRAINT pk_links PRIMARY KEY (number);
ALTER TABLE ONLY public.media
    ADD CONSTRAINT pk_media PRIMARY KEY (id);
ALTER TABLE ONLY public.notices
    ADD CONSTRAINT pk_notices PRIMARY KEY (id);
ALTER TABLE ONLY public.opt_outs
    ADD CONSTRAINT pk_opt_outs PRIMARY KEY (number, person);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT pk_order_lines PRIMARY KEY (id);
ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT pk_order_steps PRIMARY KEY (id);
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT pk_orders PRIMARY KEY (id);
ALTER TABLE ONLY public.outgoing_files
    ADD CONSTRAINT pk_outgoing_files PRIMARY KEY (id);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT pk_posts PRIMARY KEY (id);
ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT pk_receipts PRIMARY KEY (id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT pk_replies PRIMARY KEY (id);
ALTER TABLE ONLY public.surveyed_numbers
    ADD CONSTRAINT pk_surveyed_numbers PRIMARY KEY (number);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT pk_texts PRIMARY KEY (id);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT uq_conversations_channel_id_thread_ts UNIQUE (channel_id, thread_ts);
ALTER TABLE ONLY public.conversations
    ADD CONSTRAINT uq_conversations_number_person_channel_id UNIQUE (number, person, channel_id);
ALTER TABLE ONLY public.exports
    ADD CONSTRAINT uq_exports_export_id UNIQUE (export_id);
ALTER TABLE ONLY public.media
    ADD CONSTRAINT uq_media_text_id_place UNIQUE (text_id, place);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT uq_order_lines_order_id_number UNIQUE (order_id, number);
ALTER TABLE ONLY public.outgoing_files
    ADD CONSTRAINT uq_outgoing_files_reply_id_slack_file_id UNIQUE (reply_id, slack_file_id);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT uq_posts_kind_ref UNIQUE (kind, ref);
ALTER TABLE ONLY public.receipts
    ADD CONSTRAINT uq_receipts_message_id_level_status_status_code UNIQUE (message_id, level, status, status_code);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT uq_replies_key UNIQUE (key);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT uq_replies_message_id UNIQUE (message_id);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT uq_texts_message_id UNIQUE (message_id);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT uq_texts_twin_id UNIQUE (twin_id);
CREATE INDEX ix_audit_subject ON public.audit USING btree (subject);
CREATE INDEX ix_conversations_card_is_old ON public.conversations USING btree (channel_id) WHERE card_is_old;
CREATE INDEX ix_exports_open ON public.exports USING btree (id) WHERE ((state)::text = 'following'::text);
CREATE INDEX ix_media_open ON public.media USING btree (id) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'fetched'::character varying, 'uploading'::character varying])::text[]));
CREATE INDEX ix_order_lines_counted_at ON public.order_lines USING btree (counted_at);
CREATE INDEX ix_order_steps_line_id ON public.order_steps USING btree (line_id);
CREATE INDEX ix_order_steps_order_id ON public.order_steps USING btree (order_id);
CREATE INDEX ix_order_steps_review ON public.order_steps USING btree (wanted) WHERE ((state)::text = 'review'::text);
CREATE INDEX ix_orders_card_is_old ON public.orders USING btree (id) WHERE card_is_old;
CREATE INDEX ix_orders_under_way ON public.orders USING btree (id) WHERE ((state)::text = ANY ((ARRAY['approval'::character varying, 'running'::character varying])::text[]));
CREATE INDEX ix_posts_conversation_id ON public.posts USING btree (conversation_id);
CREATE INDEX ix_posts_open ON public.posts USING btree (channel_id, id) WHERE ((state)::text = ANY ((ARRAY['waiting'::character varying, 'posting'::character varying])::text[]));
CREATE INDEX ix_replies_channel_id_ts ON public.replies USING btree (channel_id, ts);
CREATE INDEX ix_replies_conversation_id ON public.replies USING btree (conversation_id, id);
CREATE INDEX ix_replies_open ON public.replies USING btree (conversation_id) WHERE ((state)::text = ANY ((ARRAY['stored'::character varying, 'sending'::character varying, 'unknown'::character varying])::text[]));
CREATE INDEX ix_replies_parked ON public.replies USING btree (id) WHERE ((state)::text = 'parked'::text);
CREATE INDEX ix_replies_unmarked ON public.replies USING btree (channel_id) WHERE (mark_wanted IS NOT NULL);
CREATE INDEX ix_texts_conversation_id ON public.texts USING btree (conversation_id, id);
CREATE INDEX ix_texts_number_person ON public.texts USING btree (number, person, id);
CREATE INDEX ix_texts_unplaced ON public.texts USING btree (id) WHERE ((placement)::text = 'waiting'::text);
CREATE UNIQUE INDEX uq_order_lines_number_in_hand ON public.order_lines USING btree (number) WHERE in_hand;
ALTER TABLE ONLY public.media
    ADD CONSTRAINT fk_media_text_id FOREIGN KEY (text_id) REFERENCES public.texts(id);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT fk_order_lines_order_id FOREIGN KEY (order_id) REFERENCES public.orders(id);
ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT fk_order_steps_line_id FOREIGN KEY (line_id) REFERENCES public.order_lines(id);
ALTER TABLE ONLY public.order_steps
    ADD CONSTRAINT fk_order_steps_order_id FOREIGN KEY (order_id) REFERENCES public.orders(id);
ALTER TABLE ONLY public.outgoing_files
    ADD CONSTRAINT fk_outgoing_files_reply_id FOREIGN KEY (reply_id) REFERENCES public.replies(id);
ALTER TABLE ONLY public.posts
    ADD CONSTRAINT fk_posts_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);
ALTER TABLE ONLY public.replies
    ADD CONSTRAINT fk_replies_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);
ALTER TABLE ONLY public.texts
    ADD CONSTRAINT fk_texts_conversation_id FOREIGN KEY (conversation_id) REFERENCES public.conversations(id);
